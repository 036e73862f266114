// Presets: check-ups that the operator has fixed. The caller gives only the project.
#include <boost/json/array.hpp>

#include "execution/presets.h"
#include "http/http_options.h"
#include "http/routes/json_body.h"
#include "http/routes/router.h"
#include "http/routes/routes.h"
#include "http/routes/submission.h"
#include "http/wire/audit.h"

namespace glovebox {
namespace {

constexpr std::size_t kPresetBody = 4 << 10;

Awaitable<Result<HttpResponse>> get_presets(Exchange& /*exchange*/, Presets& presets) {
  boost::json::array list;
  for (const Preset& preset : presets.list()) list.push_back(to_json(preset));
  boost::json::object body;
  body["presets"] = std::move(list);
  co_return json_response(200, body);
}

Awaitable<Result<HttpResponse>> get_preset(Exchange& exchange, Presets& presets) {
  GB_CO_TRY(const Preset* preset, presets.find(exchange.parameter("name")));
  co_return json_response(200, to_json(*preset));
}

Awaitable<Result<HttpResponse>> submit_preset(Exchange& exchange, Presets& presets) {
  GB_CO_TRY_VOID(check_json_type(exchange.request.head));
  MemoryBudget::Share memory = memory_share(exchange.options, MemoryUse::kBodies);
  GB_CO_TRY(std::string text, co_await read_text(exchange, kPresetBody, memory));
  GB_CO_TRY(auto object, parse_json_object(text));
  JsonFields fields(std::move(object));
  GB_CO_TRY(std::string project, fields.required_string("projectId"));
  GB_CO_TRY_VOID(fields.refuse_unknown());
  GB_CO_TRY(std::string key, idempotency_key(exchange.request.head));
  std::string name = exchange.parameter("name");
  ProjectId project_id(std::move(project));
  auto running = presets.run(exchange.request.client, name, std::move(project_id), std::move(key));
  GB_CO_TRY(SubmittedCheckup submitted, co_await std::move(running));
  const Checkup& checkup = submitted.checkup;
  if (!submitted.repeated) {
    audit(exchange.options, audit_event(exchange.request, "audit-run")
                                .with("checkup", checkup.id.str())
                                .with("project", checkup.project_id.str())
                                .with("preset", name));
  }
  HttpResponse response = json_response(202, to_json(checkup, SystemClock().wall_now()));
  response.fields.push_back({"Location", "/api/checkups/" + checkup.id.str()});
  if (submitted.repeated) response.fields.push_back({"Idempotency-Replayed", "true"});
  co_return response;
}

Awaitable<Result<HttpResponse>> post_preset(Exchange& exchange, Presets& presets, Jobs& jobs) {
  Result<HttpResponse> result = co_await submit_preset(exchange, presets);
  HttpResponse response =
      result ? std::move(result).value() : error_response(result.error(), exchange.request.id);
  add_rate_limit(response, jobs.rate_limit(exchange.request.client));
  co_return response;
}

}  // namespace

void add_preset_routes(Router& router, Presets& presets, Jobs& jobs) {
  router.add("GET", "/api/presets", with(get_presets, presets));
  router.add("GET", "/api/presets/{name}", with(get_preset, presets));
  router.add("POST", "/api/presets/{name}/run", with(post_preset, presets, jobs));
}

}  // namespace glovebox
