#include <algorithm>

#include "http/execute_body.h"
#include "http/execution_json.h"
#include "http/router.h"
#include "http/routes.h"
#include "http/server.h"

namespace glovebox {
namespace {

namespace json = boost::json;

// Pages of other sites can send the simple types without asking us first, so only JSON counts.
Result<void> check_json_type(const RequestHead& head) {
  const std::string* type = head.find("Content-Type");
  if (type != nullptr && media_type(*type) == "application/json") return ok();
  return Error(ErrorKind::kForbidden, "Send this request with Content-Type: application/json.")
      .with("field", "Content-Type");
}

// draft-ietf-httpapi-ratelimit-headers: structured fields, one policy named "hourly".
void add_rate_limit(HttpResponse& response, const RateLimitState& state) {
  if (state.limit <= 0) return;
  auto number = [](std::int64_t value) { return std::to_string(std::max<std::int64_t>(0, value)); };
  response.fields.push_back({"RateLimit-Policy", "\"hourly\";q=" + number(state.limit) +
                                                     ";w=" + number(state.window.count())});
  response.fields.push_back({"RateLimit", "\"hourly\";r=" + number(state.remaining) +
                                              ";t=" + number(state.reset.count())});
}

HttpResponse accepted(Exchange& exchange, const JobId& id) {
  std::string self = "/api/jobs/" + id.str();
  json::object body;
  body["jobId"] = id.str();
  body["status"] = "queued";
  auto queue = exchange.service.queue_status(exchange.request.client, id);
  body["position"] = queue ? queue->position : 0;
  body["estimatedWaitMs"] = queue ? queue->estimated_wait.count() : 0;
  json::object links;
  links["self"] = self;
  links["stream"] = "/api/stream/" + id.str();
  body["links"] = std::move(links);
  HttpResponse response = json_response(202, body);
  response.fields.push_back({"Location", self});
  return response;
}

Awaitable<Result<HttpResponse>> run(Exchange& exchange) {
  GB_CO_TRY_VOID(check_json_type(exchange.request.head));
  std::size_t limit = exchange.options.json_body.bytes();
  GB_CO_TRY(std::string text, co_await read_text(exchange.body, limit));
  GB_CO_TRY(ExecuteBody body, parse_execute_body(text));
  bool respond_async = exchange.request.head.has_token("Prefer", "respond-async");
  ClientId client = exchange.request.client;
  auto submitting = exchange.service.submit(std::move(client), std::move(body.request));
  GB_CO_TRY(JobId id, co_await std::move(submitting));
  if (body.stream || respond_async) {
    HttpResponse response = accepted(exchange, id);
    if (respond_async) response.fields.push_back({"Preference-Applied", "respond-async"});
    co_return response;
  }
  ExecutionService& service = exchange.service;
  exchange.peer.watch([&service, id] { service.abandon(id); });
  auto waiting = service.wait(id);
  GB_CO_TRY(ExecutionResult result, co_await std::move(waiting));
  co_return json_response(200, execution_json(result, WithOutput::kYes));
}

Awaitable<Result<HttpResponse>> post_execute(Exchange& exchange) {
  Result<HttpResponse> result = co_await run(exchange);
  HttpResponse response =
      result ? std::move(result).value() : error_response(result.error(), exchange.request.id);
  add_rate_limit(response, exchange.service.rate_limit(exchange.request.client));
  co_return response;
}

}  // namespace

void add_execute_routes(Router& router) {
  router.add("POST", "/api/execute", post_execute);
}

}  // namespace glovebox
