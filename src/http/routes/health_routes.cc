#include <chrono>

#include "http/http_options.h"
#include "http/routes/router.h"
#include "http/routes/routes.h"
#include "model/json.h"

namespace glovebox {
namespace {

namespace json = boost::json;

Awaitable<Result<HttpResponse>> get_queue_status(Exchange& exchange) {
  std::optional<JobId> id;
  if (const std::string* text = exchange.request.target.find("jobId")) id = JobId(*text);
  GB_CO_TRY(QueueStatus status, exchange.service.queue_status(exchange.request.client, id));
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

std::string_view health_status(const ExecutionService& service) {
  if (service.draining()) return "draining";
  if (service.health().refusal()) return "unavailable";
  return service.health().reasons().empty() ? "ok" : "degraded";
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

Awaitable<Result<HttpResponse>> get_health(Exchange& exchange) {
  auto uptime = std::chrono::duration_cast<std::chrono::milliseconds>(SystemClock().steady_now() -
                                                                      exchange.server_started);
  json::object body;
  body["status"] = health_status(exchange.service);
  body["reasons"] = reasons_json(exchange.service.health());
  body["version"] = GLOVEBOX_VERSION;
  body["uptimeMs"] = uptime.count();
  body["isolation"] = to_json(exchange.service.isolation());
  body["limits"] = limits_json(exchange.options);
  co_return json_response(200, body);
}

Awaitable<Result<HttpResponse>> get_ready(Exchange& exchange) {
  if (std::optional<Error> unready = exchange.service.health().unready()) co_return *unready;
  if (exchange.service.draining()) {
    co_return Error(ErrorKind::kQueueFull, "The server is draining and accepts no new jobs.");
  }
  json::object body;
  body["ready"] = true;
  co_return json_response(200, body);
}

}  // namespace

void add_health_routes(Router& router) {
  router.add("GET", "/api/queue/status", get_queue_status);
  router.add("GET", "/api/health", get_health, Access::kOpen);
  router.add("GET", "/api/ready", get_ready, Access::kOpen);
}

}  // namespace glovebox
