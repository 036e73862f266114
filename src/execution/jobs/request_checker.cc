#include "execution/jobs/request_checker.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "execution/jobs/stored_request.h"
#include "registry/invocation.h"

namespace glovebox {
namespace {

Result<void> check_available(const Tool& tool) {
  if (tool.status == ToolStatus::kAvailable) return ok();
  std::string why =
      tool.status_reason.empty() ? std::string(tool_status_name(tool.status)) : tool.status_reason;
  return Error(ErrorKind::kConflict,
               fmt::format("the tool \"{}\" cannot run now: {}", tool.id.str(), why))
      .with("field", "toolId")
      .with("status", tool_status_name(tool.status));
}

// A request for more time than the tool has gets the tool's own time.
Result<void> lower_wall_time(Limits& limits, std::optional<std::chrono::milliseconds> asked) {
  if (!asked) return ok();
  if (asked->count() <= 0) {
    return validation_error(
               fmt::format("timeoutMs is {}; it must be at least 1, and can only lower the tool's "
                           "own limit of {} ms",
                           asked->count(), limits.wall_time.count()))
        .with("field", "timeoutMs")
        .with("observed", asked->count());
  }
  limits.wall_time = std::min(limits.wall_time, *asked);
  return ok();
}

Result<void> check_stdin(const std::string& text, ByteCount limit) {
  if (text.size() <= limit.bytes()) return ok();
  return validation_error(
             fmt::format("stdin is {}; the limit is {}; put larger input into the project",
                         format_bytes(ByteCount(text.size())), format_bytes(limit)))
      .with("field", "stdin")
      .with("limit", "stdin_per_job")
      .with("configured", limit.bytes())
      .with("observed", text.size());
}

}  // namespace

Result<PreparedJob> RequestChecker::check(ExecuteRequest& request, RunInputs& inputs) {
  GB_TRY(const Tool* tool, tools_.tool(request.tool_id));
  GB_TRY_VOID(check_available(*tool));
  GB_TRY_VOID(check_stdin(request.stdin_text, stdin_limit_));
  GB_TRY(Invocation invocation,
         make_invocation(*tool, request.parameters, std::move(request.stdin_text)));
  inputs.tool_version = tool->version;
  inputs.parameters = std::move(invocation.values);
  inputs.command = shortened_command(invocation.argv);
  inputs.timeout = request.timeout;
  inputs.stdin_text = invocation.stdin_text;
  PreparedJob prepared;
  prepared.tool_id = tool->id;
  prepared.exit_codes = tool->exit_codes;
  prepared.findings = tool->findings;
  prepared.spec.argv = std::move(invocation.argv);
  prepared.spec.environment = std::move(invocation.environment);
  prepared.spec.limits = tool->limits;
  prepared.spec.allow_ipc = tool->needs_layer("ipc");
  GB_TRY_VOID(lower_wall_time(prepared.spec.limits, request.timeout));
  GB_TRY_VOID(take_image(*tool, prepared));
  prepared.stdin_text = std::move(invocation.stdin_text);
  return prepared;
}

// From here to its end the job has the image that the name stands for now.
Result<void> RequestChecker::take_image(const Tool& tool, PreparedJob& prepared) {
  if (!tool.image_root || images_ == nullptr) return ok();
  prepared.spec.root = tool.image_root->root;
  prepared.image.emplace();
  prepared.image->id = tool.image_root->id;
  GB_TRY(prepared.image->lease, images_->lease(prepared.spec.root));
  return ok();
}

Awaitable<Result<PreparedJob>> RequestChecker::prepare(ClientId client, ExecuteRequest request) {
  std::string stored;
  if (request.lifetime == Lifetime::kItsOwn) stored = encode_request(request);
  RunInputs inputs;
  GB_CO_TRY(PreparedJob prepared, check(request, inputs));
  GB_CO_TRY(prepared.project, co_await projects_.pin(std::move(client), request.project_id));
  prepared.spec.project = prepared.project.project.sha256;
  GB_CO_TRY_VOID(ValidSpec::validate(prepared.spec));
  inputs.project_name = prepared.project.project.name;
  prepared.inputs = keep_inputs(inputs);
  prepared.request = std::move(stored);
  prepared.webhook_url = std::move(request.webhook_url);
  co_return prepared;
}

Awaitable<Result<PreparedJob>> RequestChecker::prepare_again(UnfinishedJob left) {
  GB_CO_TRY(ExecuteRequest request, decode_request(left.request));
  RunInputs inputs;
  GB_CO_TRY(PreparedJob prepared, check(request, inputs));
  GB_CO_TRY(prepared.project, co_await projects_.pin_again(left.job.owner, left.job.project_id));
  prepared.spec.project = prepared.project.project.sha256;
  GB_CO_TRY_VOID(ValidSpec::validate(prepared.spec));
  inputs.project_name = prepared.project.project.name;
  prepared.inputs = keep_inputs(inputs);
  prepared.request = std::move(left.request);
  co_return prepared;
}

}  // namespace glovebox
