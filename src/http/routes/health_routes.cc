#include <algorithm>
#include <chrono>

#include "execution/deep_health.h"
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

std::string_view check_state_name(CheckState state) {
  switch (state) {
    case CheckState::kOk:
      return "ok";
    case CheckState::kBusy:
      return "busy";
    case CheckState::kFailed:
      return "failed";
  }
  return "failed";
}

json::object check_json(const HealthCheck& check) {
  json::object told;
  told["status"] = check_state_name(check.state);
  told["durationMs"] = check.took.count();
  told["message"] = nullptr;
  if (!check.message.empty()) told["message"] = check.message;
  return told;
}

json::object checks_json(const DeepReport& report) {
  json::object disk = check_json(report.disk);
  disk["freeBytes"] = nullptr;
  disk["totalBytes"] = nullptr;
  if (report.space) {
    disk["freeBytes"] = report.space->available.bytes();
    disk["totalBytes"] = report.space->total.bytes();
  }
  json::object queue;
  queue["oldestQueuedMs"] = nullptr;
  if (report.oldest_queued) queue["oldestQueuedMs"] = report.oldest_queued->count();
  json::object told;
  told["checkedAt"] = format_rfc3339(report.checked_at);
  told["canary"] = check_json(report.canary);
  told["database"] = check_json(report.database);
  told["disk"] = std::move(disk);
  told["queue"] = std::move(queue);
  return told;
}

Result<bool> wants_deep(const RequestTarget& target) {
  const std::string* value = target.find("deep");
  if (value == nullptr || *value == "false") return false;
  if (*value == "true") return true;
  return validation_error("\"deep\" must be true or false.").with("field", "deep");
}

Awaitable<Result<HttpResponse>> get_health(Exchange& exchange, const ServiceStatus& status,
                                           DeepHealth& deep) {
  GB_CO_TRY(bool deeply, wants_deep(exchange.request.target));
  std::shared_ptr<const DeepReport> report;
  if (deeply) report = co_await deep.look();
  auto uptime = std::chrono::duration_cast<std::chrono::milliseconds>(SystemClock().steady_now() -
                                                                      exchange.server_started);
  json::object body;
  body["status"] = health_status(status);
  body["reasons"] = reasons_json(status.health());
  body["version"] = GLOVEBOX_VERSION;
  body["uptimeMs"] = uptime.count();
  body["isolation"] = to_json(status.isolation());
  body["limits"] = limits_json(exchange.options);
  if (report) {
    bool failed = report->failure().check != nullptr;
    if (failed && body["status"] == "ok") body["status"] = "degraded";
    body["checks"] = checks_json(*report);
  }
  co_return json_response(200, body);
}

Awaitable<Result<HttpResponse>> get_ready(Exchange& exchange, const ServiceStatus& status,
                                          DeepHealth& deep) {
  if (std::optional<Error> unready = status.health().unready()) co_return *unready;
  if (status.draining()) {
    co_return Error(ErrorKind::kQueueFull, "The server is draining and accepts no new jobs.");
  }
  if (exchange.options.deep_ready) {
    std::shared_ptr<const DeepReport> report = co_await deep.look();
    if (DeepReport::Failure failure = report->failure(); failure.check != nullptr) {
      co_return Error(ErrorKind::kQueueFull, "A health check failed: " + failure.check->message)
          .with("check", failure.name);
    }
  }
  json::object body;
  body["ready"] = true;
  co_return json_response(200, body);
}

// Before a run is refused; after it, the headers of its answer say the same.
Awaitable<Result<HttpResponse>> get_quota(Exchange& exchange, const Jobs& jobs) {
  RateLimitState state = jobs.rate_limit(exchange.request.client);
  json::object hourly;
  hourly["limit"] = state.limit > 0 ? json::value(state.limit) : json::value(nullptr);
  hourly["remaining"] = nullptr;
  hourly["nextAt"] = nullptr;
  if (state.limit > 0) {
    hourly["remaining"] = std::max<std::int64_t>(0, state.remaining);
    bool used = state.reset.count() > 0;
    if (used) hourly["nextAt"] = format_rfc3339(SystemClock().wall_now() + state.reset);
  }
  json::object concurrent;
  concurrent["limit"] = state.concurrent > 0 ? json::value(state.concurrent) : json::value(nullptr);
  concurrent["used"] = state.jobs;
  json::object body;
  body["hourly"] = std::move(hourly);
  body["concurrent"] = std::move(concurrent);
  co_return json_response(200, body);
}

}  // namespace

void add_queue_routes(Router& router, const Jobs& jobs) {
  router.add("GET", "/api/queue/status", with(get_queue_status, jobs));
  router.add("GET", "/api/quota", with(get_quota, jobs));
}

void add_health_routes(Router& router, const ServiceStatus& status, DeepHealth& deep) {
  router.add("GET", "/api/health", with(get_health, status, deep), Access::kOpen);
  router.add("GET", "/api/ready", with(get_ready, status, deep), Access::kOpen);
}

}  // namespace glovebox
