#include <fmt/format.h>

#include <charconv>

#include "execution/jobs.h"
#include "http/routes/conditional.h"
#include "http/routes/execution_json.h"
#include "http/routes/router.h"
#include "http/routes/routes.h"
#include "http/wire/audit.h"
#include "model/json.h"

namespace glovebox {
namespace {

Result<WithOutput> wants_output(const RequestTarget& target) {
  const std::string* value = target.find("output");
  if (value == nullptr || *value == "true") return WithOutput::kYes;
  if (*value == "false") return WithOutput::kNo;
  return validation_error("\"output\" must be true or false.").with("field", "output");
}

Awaitable<Result<HttpResponse>> get_job(Exchange& exchange, Jobs& jobs) {
  GB_CO_TRY(WithOutput with_output, wants_output(exchange.request.target));
  JobId id(exchange.parameter("id"));
  auto finding = jobs.find(exchange.request.reader, std::move(id), with_output);
  GB_CO_TRY(ExecutionResult result, co_await std::move(finding));
  HttpResponse response = json_response(200, execution_json(result, with_output));
  response.held = std::move(result.memory);
  co_return response;
}

constexpr std::int64_t kMostJobsAtOnce = 200;

Result<HistoryQuery> parse_history(const RequestTarget& target) {
  HistoryQuery query;
  if (const std::string* text = target.find("status")) {
    query.status = parse_job_status(*text);
    if (!query.status) {
      return validation_error(
                 "\"status\" must be one of queued, running, completed, failed, timeout, "
                 "cancelled.")
          .with("field", "status");
    }
  }
  if (const std::string* text = target.find("toolId")) query.tool_id = ToolId(*text);
  if (const std::string* text = target.find("cursor")) query.cursor = *text;
  if (const std::string* text = target.find("limit")) {
    auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), query.limit);
    bool whole = error == std::errc() && end == text->data() + text->size();
    if (!whole || query.limit < 1 || query.limit > kMostJobsAtOnce) {
      return validation_error("\"limit\" must be between 1 and 200.").with("field", "limit");
    }
  }
  return query;
}

Awaitable<Result<HttpResponse>> get_jobs(Exchange& exchange, Jobs& jobs) {
  GB_CO_TRY(HistoryQuery query, parse_history(exchange.request.target));
  auto asking = jobs.history(exchange.request.client, std::move(query));
  GB_CO_TRY(HistoryPage page, co_await std::move(asking));
  boost::json::array found;
  for (const Job& job : page.jobs) found.push_back(to_json(job, SystemClock().wall_now()));
  boost::json::object body;
  body["jobs"] = std::move(found);
  body["nextCursor"] = nullptr;
  if (!page.next_cursor.empty()) body["nextCursor"] = page.next_cursor;
  co_return charge_body(exchange.options, json_response(200, body), "the list");
}

Awaitable<Result<HttpResponse>> get_output(Exchange& exchange, Jobs& jobs) {
  JobId id(exchange.parameter("id"));
  auto asking = jobs.raw_output(exchange.request.reader, std::move(id));
  HttpResponse response;
  GB_CO_TRY(response.body, co_await std::move(asking));
  response.fields = {{"Content-Type", "text/plain"}, {"Cache-Control", "no-store"}};
  // It only grows, so its size identifies its state.
  std::string etag = fmt::format("\"{:x}\"", response.body.size());
  GB_CO_TRY(response, select(exchange.request.head, etag, std::move(response)));
  co_return charge_body(exchange.options, std::move(response), "the output");
}

Awaitable<Result<HttpResponse>> post_cancel(Exchange& exchange, Jobs& jobs) {
  JobId id(exchange.parameter("id"));
  auto cancelling = jobs.cancel(exchange.request.client, id);
  GB_CO_TRY(CancelResult cancelled, co_await std::move(cancelling));
  if (cancelled == CancelResult::kCancelling) {
    audit(exchange.options, audit_event(exchange.request, "audit-cancel").job(id.str()));
  }
  auto finding = jobs.find(exchange.request.client, std::move(id), WithOutput::kNo);
  GB_CO_TRY(ExecutionResult result, co_await std::move(finding));
  int status = cancelled == CancelResult::kAlreadyEnded ? 200 : 202;
  co_return json_response(status, execution_json(result, WithOutput::kNo));
}

}  // namespace

void add_job_routes(Router& router, Jobs& jobs) {
  router.add("GET", "/api/jobs", with(get_jobs, jobs));
  router.add("GET", "/api/jobs/{id}", with(get_job, jobs), Access::kShared);
  router.add("GET", "/api/jobs/{id}/output", with(get_output, jobs), Access::kShared);
  router.add("POST", "/api/jobs/{id}/cancel", with(post_cancel, jobs));
}

}  // namespace glovebox
