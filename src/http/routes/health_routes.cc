#include <chrono>

#include "execution/jobs.h"
#include "execution/service_status.h"
#include "http/http_options.h"
#include "http/routes/router.h"
#include "http/routes/routes.h"
#include "model/json.h"

namespace glovebox {
namespace {

namespace json = boost::json;

Awaitable<Result<HttpResponse>> get_queue_status(Exchange& exchange, const Jobs& jobs) {
  std::optional<JobId> id;
  if (const std::string* text = exchange.request.target.find("jobId")) id = JobId(*text);
  GB_CO_TRY(QueueStatus status, jobs.queue_status(exchange.request.client, id));
  auto seconds = std::chrono::ceil<std::chrono::seconds>(status.estimated_wait);
  json::object body;
  body["position"] = status.position;
  body["pending"] = status.pending;
  body["running"] = status.running;
  body["concurrency"] = status.concurrency;
  body["capacity"] = status.capacity;
  body["estimatedWaitSec"] = seconds.count();
  body["estimatedWaitMs"] = status.estimated_wait.count();
  co_return json_response(200, body);
}

json::object limits_json(const HttpOptions& options) {
  const ToldLimits& told = options.told;
  return {{"uploadBytes", options.upload.bytes()},
          {"unpackedBytes", told.unpacked.bytes()},
          {"fileBytes", told.file.bytes()},
          {"archiveEntries", told.archive_entries},
          {"archiveRatio", told.archive_ratio},
          {"hourlyPerClient", told.hourly_per_client},
          {"concurrentPerClient", told.concurrent_per_client}};
}

std::string_view health_status(const ServiceStatus& status) {
  if (status.draining()) return "draining";
  if (status.health().refusal()) return "unavailable";
  return status.health().reasons().empty() ? "ok" : "degraded";
}

json::array reasons_json(const HealthBoard& health) {
  json::array reasons;
  for (const HealthReason& reason : health.reasons()) {
    json::object told;
    told["code"] = reason.code;
    told["message"] = reason.message;
    told["takesNoJobs"] = reason.effect == HealthEffect::kTakesNoJobs;
    reasons.push_back(std::move(told));
  }
  return reasons;
}

Awaitable<Result<HttpResponse>> get_health(Exchange& exchange, const ServiceStatus& status) {
  auto uptime = std::chrono::duration_cast<std::chrono::milliseconds>(SystemClock().steady_now() -
                                                                      exchange.server_started);
  json::object body;
  body["status"] = health_status(status);
  body["reasons"] = reasons_json(status.health());
  body["version"] = GLOVEBOX_VERSION;
  body["uptimeMs"] = uptime.count();
  body["isolation"] = to_json(status.isolation());
  body["limits"] = limits_json(exchange.options);
  co_return json_response(200, body);
}

Awaitable<Result<HttpResponse>> get_ready(Exchange& /*exchange*/, const ServiceStatus& status) {
  if (std::optional<Error> unready = status.health().unready()) co_return *unready;
  if (status.draining()) {
    co_return Error(ErrorKind::kQueueFull, "The server is draining and accepts no new jobs.");
  }
  json::object body;
  body["ready"] = true;
  co_return json_response(200, body);
}

}  // namespace

void add_queue_routes(Router& router, const Jobs& jobs) {
  router.add("GET", "/api/queue/status", with(get_queue_status, jobs));
}

void add_health_routes(Router& router, const ServiceStatus& status) {
  router.add("GET", "/api/health", with(get_health, status), Access::kOpen);
  router.add("GET", "/api/ready", with(get_ready, status), Access::kOpen);
}

}  // namespace glovebox
