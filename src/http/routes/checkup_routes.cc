#include <boost/json/array.hpp>
#include <charconv>

#include "execution/checkups.h"
#include "http/http_options.h"
#include "http/routes/json_body.h"
#include "http/routes/router.h"
#include "http/routes/routes.h"
#include "http/routes/submission.h"
#include "http/wire/audit.h"
#include "model/json.h"

namespace glovebox {
namespace {

constexpr std::int64_t kMostCheckupsAtOnce = 100;

Result<CheckupRequest> parse_checkup_body(std::string_view text, const Webhooks* webhooks) {
  GB_TRY(auto object, parse_json_object(text));
  JsonFields fields(std::move(object));
  GB_TRY(auto project_id, fields.required_string("projectId"));
  GB_TRY(auto tool_ids, fields.optional_strings("toolIds"));
  GB_TRY(auto parameters, fields.optional_object("parameters"));
  CheckupRequest request;
  GB_TRY(request.webhook_url, webhook_url(fields, webhooks));
  GB_TRY_VOID(fields.refuse_unknown());
  request.project_id = ProjectId(std::move(project_id));
  if (tool_ids) {
    request.tools.emplace();
    for (std::string& id : *tool_ids) request.tools->emplace_back(std::move(id));
  }
  for (auto& [tool, values] : parameters) {
    std::string name(tool.data(), tool.size());
    if (!values.is_object()) {
      return validation_error("\"parameters." + name +
                              "\" must be an object of that tool's parameters.")
          .with("field", "parameters." + name);
    }
    request.parameters[ToolId(std::move(name))] = std::move(values.get_object());
  }
  return request;
}

HttpResponse checkup_response(int status, const Checkup& checkup) {
  return json_response(status, to_json(checkup, SystemClock().wall_now()));
}

Awaitable<Result<HttpResponse>> submit_checkup(Exchange& exchange, Checkups& checkups,
                                               const Webhooks* webhooks) {
  GB_CO_TRY_VOID(check_json_type(exchange.request.head));
  std::size_t limit = exchange.options.json_body.bytes();
  MemoryBudget::Share memory = memory_share(exchange.options, MemoryUse::kBodies);
  GB_CO_TRY(std::string text, co_await read_text(exchange, limit, memory));
  GB_CO_TRY(CheckupRequest request, parse_checkup_body(text, webhooks));
  std::string().swap(text);
  GB_CO_TRY(request.idempotency_key, idempotency_key(exchange.request.head));
  auto submitting = checkups.submit(exchange.request.client, std::move(request));
  GB_CO_TRY(SubmittedCheckup submitted, co_await std::move(submitting));
  if (!submitted.repeated) {
    audit(exchange.options, audit_event(exchange.request, "audit-run")
                                .with("checkup", submitted.checkup.id.str())
                                .with("project", submitted.checkup.project_id.str()));
  }
  HttpResponse response = checkup_response(202, submitted.checkup);
  response.fields.push_back({"Location", "/api/checkups/" + submitted.checkup.id.str()});
  if (submitted.repeated) response.fields.push_back({"Idempotency-Replayed", "true"});
  co_return response;
}

Awaitable<Result<HttpResponse>> post_checkup(Exchange& exchange, Checkups& checkups, Jobs& jobs,
                                             const Webhooks* webhooks) {
  Result<HttpResponse> result = co_await submit_checkup(exchange, checkups, webhooks);
  HttpResponse response =
      result ? std::move(result).value() : error_response(result.error(), exchange.request.id);
  add_rate_limit(response, jobs.rate_limit(exchange.request.client));
  co_return response;
}

Awaitable<Result<HttpResponse>> get_checkup(Exchange& exchange, Checkups& checkups) {
  CheckupId id(exchange.parameter("id"));
  auto finding = checkups.find(exchange.request.reader, std::move(id));
  GB_CO_TRY(Checkup checkup, co_await std::move(finding));
  co_return charge_body(exchange.options, checkup_response(200, checkup), "the check-up");
}

Result<CheckupHistoryQuery> parse_checkup_history(const RequestTarget& target) {
  CheckupHistoryQuery query;
  if (const std::string* text = target.find("cursor")) query.cursor = *text;
  if (const std::string* text = target.find("limit")) {
    auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), query.limit);
    bool whole = error == std::errc() && end == text->data() + text->size();
    if (!whole || query.limit < 1 || query.limit > kMostCheckupsAtOnce) {
      return validation_error("\"limit\" must be between 1 and 100.").with("field", "limit");
    }
  }
  return query;
}

Awaitable<Result<HttpResponse>> get_checkups(Exchange& exchange, Checkups& checkups) {
  GB_CO_TRY(CheckupHistoryQuery query, parse_checkup_history(exchange.request.target));
  auto asking = checkups.history(exchange.request.client, std::move(query));
  GB_CO_TRY(CheckupHistoryPage page, co_await std::move(asking));
  boost::json::array found;
  WallTime now = SystemClock().wall_now();
  for (const Checkup& checkup : page.checkups) found.push_back(to_json(checkup, now));
  boost::json::object body;
  body["checkups"] = std::move(found);
  body["nextCursor"] = nullptr;
  if (!page.next_cursor.empty()) body["nextCursor"] = page.next_cursor;
  co_return charge_body(exchange.options, json_response(200, body), "the list");
}

Awaitable<Result<HttpResponse>> cancel_checkup(Exchange& exchange, Checkups& checkups) {
  CheckupId id(exchange.parameter("id"));
  auto cancelling = checkups.cancel(exchange.request.client, id);
  GB_CO_TRY(CancelResult cancelled, co_await std::move(cancelling));
  if (cancelled == CancelResult::kCancelling) {
    audit(exchange.options,
          audit_event(exchange.request, "audit-cancel").with("checkup", id.str()));
  }
  auto finding = checkups.find(exchange.request.client, std::move(id));
  GB_CO_TRY(Checkup checkup, co_await std::move(finding));
  co_return checkup_response(cancelled == CancelResult::kAlreadyEnded ? 200 : 202, checkup);
}

}  // namespace

void add_checkup_routes(Router& router, Checkups& checkups, Jobs& jobs, const Webhooks* webhooks) {
  router.add("POST", "/api/checkups", [&checkups, &jobs, webhooks](Exchange& exchange) {
    return post_checkup(exchange, checkups, jobs, webhooks);
  });
  router.add("GET", "/api/checkups", with(get_checkups, checkups));
  router.add("GET", "/api/checkups/{id}", with(get_checkup, checkups), Access::kShared);
  router.add("POST", "/api/checkups/{id}/cancel", with(cancel_checkup, checkups));
}

}  // namespace glovebox
