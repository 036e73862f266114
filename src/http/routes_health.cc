#include <chrono>

#include "http/router.h"
#include "http/routes.h"
#include "http/server.h"
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

Awaitable<Result<HttpResponse>> get_health(Exchange& exchange) {
  auto uptime = std::chrono::duration_cast<std::chrono::milliseconds>(SystemClock().steady_now() -
                                                                      exchange.server_started);
  json::object body;
  body["status"] = exchange.service.ready() ? "ok" : "draining";
  body["version"] = GLOVEBOX_VERSION;
  body["uptimeMs"] = uptime.count();
  body["isolation"] = to_json(exchange.service.isolation());
  body["limits"] = limits_json(exchange.options);
  co_return json_response(200, body);
}

Awaitable<Result<HttpResponse>> get_ready(Exchange& exchange) {
  if (!exchange.service.ready()) {
    co_return Error(ErrorKind::kQueueFull, "The server is draining and takes no new jobs.");
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
