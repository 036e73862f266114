#include "http/routes/execute_body.h"

#include "http/routes/json_body.h"
#include "http/routes/submission.h"

namespace glovebox {
namespace {

// One day: longer than any tool's own limit, short enough that no arithmetic on it overflows.
constexpr std::int64_t kLongestTimeoutMs = 24LL * 60 * 60 * 1000;

}  // namespace

Result<ExecuteBody> parse_execute_body(std::string_view text, const Webhooks* webhooks) {
  GB_TRY(auto object, parse_json_object(text));
  JsonFields fields(std::move(object));
  ExecuteBody body;
  GB_TRY(auto tool_id, fields.required_string("toolId"));
  GB_TRY(auto project_id, fields.required_string("projectId"));
  GB_TRY(auto parameters, fields.optional_object("parameters"));
  GB_TRY(auto stdin_text, fields.optional_string("stdin"));
  GB_TRY(auto timeout_ms, fields.optional_integer("timeoutMs"));
  GB_TRY(auto stream, fields.optional_bool("stream"));
  GB_TRY(body.request.webhook_url, webhook_url(fields, webhooks));
  GB_TRY_VOID(fields.refuse_unknown());
  if (timeout_ms && (*timeout_ms < 1 || *timeout_ms > kLongestTimeoutMs)) {
    return validation_error("\"timeoutMs\" must be between 1 and 86400000.")
        .with("field", "timeoutMs")
        .with("observed", *timeout_ms);
  }
  body.request.tool_id = ToolId(std::move(tool_id));
  body.request.project_id = ProjectId(std::move(project_id));
  body.request.parameters = std::move(parameters);
  body.request.stdin_text = stdin_text.value_or("");
  if (timeout_ms) body.request.timeout = std::chrono::milliseconds(*timeout_ms);
  body.stream = stream.value_or(false);
  return body;
}

}  // namespace glovebox
