// ExecutionServiceImpl, from a request to a job that may be queued. Nothing is counted before all
// of it has been checked.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "execution/async/uncancelled.h"
#include "execution/execution_service_impl.h"
#include "execution/jobs/stored_request.h"

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

// Asking for more than the tool has is asking for what it has.
Result<void> lower_wall_time(Limits& limits, std::optional<std::chrono::milliseconds> asked) {
  if (!asked) return ok();
  if (asked->count() <= 0) {
    return validation_error(
               fmt::format("timeoutMs is {}; it must be at least 1, and can only lower the tool's "
                           "own {}",
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
             fmt::format("stdin is {} and may be {}; put larger input into the project",
                         format_bytes(ByteCount(text.size())), format_bytes(limit)))
      .with("field", "stdin")
      .with("limit", "stdin_per_job")
      .with("configured", limit.bytes())
      .with("observed", text.size());
}

}  // namespace

Result<PreparedJob> ExecutionServiceImpl::check(ExecuteRequest& request) {
  GB_TRY(const Tool* tool, this->tool(request.tool_id));
  GB_TRY_VOID(check_available(*tool));
  GB_TRY_VOID(check_stdin(request.stdin_text, options_.stdin_per_job));
  GB_TRY(Invocation invocation,
         make_invocation(*tool, request.parameters, std::move(request.stdin_text)));
  PreparedJob prepared;
  prepared.tool_id = tool->id;
  prepared.exit_codes = tool->exit_codes;
  prepared.spec.argv = std::move(invocation.argv);
  prepared.spec.environment = std::move(invocation.environment);
  prepared.spec.limits = tool->limits;
  prepared.spec.allow_ipc = tool->needs_layer("ipc");
  GB_TRY_VOID(lower_wall_time(prepared.spec.limits, request.timeout));
  prepared.stdin_text = std::move(invocation.stdin_text);
  return prepared;
}

Awaitable<Result<SubmittedJob>> ExecutionServiceImpl::check_and_submit(ClientId client,
                                                                       ExecuteRequest request) {
  JobKey key;
  if (!request.idempotency_key.empty()) {
    key.text = std::move(request.idempotency_key);
    key.fingerprint = request_fingerprint(request);
    GB_CO_TRY(std::optional<SubmittedJob> earlier, co_await jobs_.find_repeated(client, key));
    if (earlier) co_return *earlier;
  }
  std::string stored;
  if (request.lifetime == Lifetime::kItsOwn) stored = encode_request(request);
  GB_CO_TRY(PreparedJob prepared, check(request));
  GB_CO_TRY(prepared.project, co_await projects_.pin(client, request.project_id));
  prepared.spec.project = prepared.project.project.sha256;
  prepared.request = std::move(stored);
  prepared.key = std::move(key);
  co_return co_await jobs_.submit(std::move(client), std::move(prepared));
}

Awaitable<Result<SubmittedJob>> ExecutionServiceImpl::submit(ClientId client,
                                                             ExecuteRequest request) {
  return uncancelled(check_and_submit(std::move(client), std::move(request)));
}

}  // namespace glovebox
