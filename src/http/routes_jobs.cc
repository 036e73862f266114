#include "http/execution_json.h"
#include "http/router.h"
#include "http/routes.h"

namespace glovebox {
namespace {

Result<WithOutput> wants_output(const RequestTarget& target) {
  const std::string* value = target.find("output");
  if (value == nullptr || *value == "true") return WithOutput::kYes;
  if (*value == "false") return WithOutput::kNo;
  return validation_error("\"output\" must be true or false.").with("field", "output");
}

Awaitable<Result<HttpResponse>> get_job(Exchange& exchange) {
  GB_CO_TRY(WithOutput with_output, wants_output(exchange.request.target));
  JobId id(exchange.parameter("id"));
  bool lines = with_output == WithOutput::kYes;
  auto finding = exchange.service.find(exchange.request.client, std::move(id), lines);
  GB_CO_TRY(ExecutionResult result, co_await std::move(finding));
  co_return json_response(200, execution_json(result, with_output));
}

Awaitable<Result<HttpResponse>> post_cancel(Exchange& exchange) {
  JobId id(exchange.parameter("id"));
  auto cancelling = exchange.service.cancel(exchange.request.client, id);
  GB_CO_TRY(CancelResult cancelled, co_await std::move(cancelling));
  auto finding = exchange.service.find(exchange.request.client, std::move(id), false);
  GB_CO_TRY(ExecutionResult result, co_await std::move(finding));
  int status = cancelled == CancelResult::kAlreadyEnded ? 200 : 202;
  co_return json_response(status, execution_json(result, WithOutput::kNo));
}

}  // namespace

void add_job_routes(Router& router) {
  router.add("GET", "/api/jobs/{id}", get_job);
  router.add("POST", "/api/jobs/{id}/cancel", post_cancel);
}

}  // namespace glovebox
