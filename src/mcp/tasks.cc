#include "mcp/tasks.h"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/clock.h"
#include "execution/public_error.h"
#include "mcp/results.h"

namespace glovebox {
namespace {

namespace json = boost::json;

// Short runs are most; a client that polls more often is not refused.
constexpr std::int64_t kPollMs = 1000;

struct TaskTimes {
  WallTime created;
  WallTime updated;
  std::optional<WallTime> finished;
};

TaskTimes times_of(const Job& job) {
  WallTime updated = job.finished_at.value_or(job.started_at.value_or(job.created_at));
  return {job.created_at, updated, job.finished_at};
}

TaskTimes times_of(const Checkup& checkup) {
  TaskTimes times{checkup.created_at, checkup.created_at, checkup.finished_at()};
  for (const Job& job : checkup.jobs)
    times.updated = std::max(times.updated, times_of(job).updated);
  return times;
}

std::string_view task_status(const Job& job) {
  if (!is_final(job.status)) return "working";
  return job.status == JobStatus::kCancelled ? "cancelled" : "completed";
}

std::string_view task_status(const Checkup& checkup) {
  if (checkup.status() == CheckupStatus::kRunning) return "working";
  return checkup.status() == CheckupStatus::kCancelled ? "cancelled" : "completed";
}

// `Task`. Its time to live counts from its creation, and a run is kept from its end on: it grows
// until then.
json::object task_json(const std::string& id, std::string_view status, const TaskTimes& times,
                       std::chrono::milliseconds job_ttl) {
  WallTime end = times.finished.value_or(std::max(SystemClock().wall_now(), times.created));
  auto ttl = std::chrono::duration_cast<std::chrono::milliseconds>(end - times.created) + job_ttl;
  return {{"taskId", id},
          {"status", status},
          {"createdAt", format_rfc3339(times.created)},
          {"lastUpdatedAt", format_rfc3339(times.updated)},
          {"ttlMs", ttl.count()},
          {"pollIntervalMs", kPollMs}};
}

json::object as_created(json::object task) {
  task = complete_result(std::move(task), McpRevision::k20260728);
  task["resultType"] = "task";
  return task;
}

McpFault task_fault(const Error& error) {
  if (error.kind() == ErrorKind::kNotFound) {
    return {kMcpInvalidParams, "There is no such task of yours; it may have expired.", {}, 200};
  }
  Error shown = public_error("tasks", error);
  return {kMcpInternalError, shown.message(), {}, 200};
}

using TaskAnswer = Awaitable<McpResult<json::object>>;

TaskAnswer get_checkup(Services services, ClientId client, std::string id,
                       std::chrono::milliseconds job_ttl) {
  auto found = co_await services.checkups.find(client, CheckupId(id));
  if (found.has_error()) co_return task_fault(found.error());
  Checkup checkup = std::move(*found);
  json::object task = task_json(id, task_status(checkup), times_of(checkup), job_ttl);
  if (task["status"] == "completed") {
    auto reading = checkup_result(services, client, std::move(checkup), McpRevision::k20260728);
    task["result"] = co_await std::move(reading);
  }
  co_return task;
}

TaskAnswer get_job(Services services, ClientId client, std::string id,
                   std::chrono::milliseconds job_ttl) {
  JobId job_id(id);
  auto found = co_await services.jobs.find(client, job_id, WithOutput::kNo);
  if (found.has_error()) co_return task_fault(found.error());
  Job job = std::move(found->job);
  json::object task = task_json(id, task_status(job), times_of(job), job_ttl);
  if (task["status"] == "completed") {
    auto reading = run_result(services, client, std::move(job), McpRevision::k20260728);
    task["result"] = co_await std::move(reading);
  } else if (auto queue = services.jobs.queue_status(client, job_id); queue.has_value()) {
    JobEvent::Status status{queue->position > 0 ? JobStatus::kQueued : JobStatus::kRunning,
                            queue->position, queue->estimated_wait};
    task["statusMessage"] = status_text(status);
  }
  co_return task;
}

TaskAnswer cancel_task(Services services, McpCaller caller, std::string id, bool checkup) {
  Result<CancelResult> cancelled = CancelResult::kCancelling;
  if (checkup) {
    auto cancelling = services.checkups.cancel(caller.client, CheckupId(id));
    cancelled = co_await std::move(cancelling);
  } else {
    auto cancelling = services.jobs.cancel(caller.client, JobId(id));
    cancelled = co_await std::move(cancelling);
  }
  if (cancelled.has_error()) co_return task_fault(cancelled.error());
  bool cancels = *cancelled != CancelResult::kAlreadyEnded && caller.witness;
  if (cancels && checkup) caller.witness->cancelled(CheckupId(std::move(id)));
  if (cancels && !checkup) caller.witness->cancelled(JobId(std::move(id)));
  co_return json::object();
}

// We ask clients for nothing, so that no response is outstanding, and each is ignored.
TaskAnswer update_task(Services services, ClientId client, std::string id, bool checkup,
                       std::chrono::milliseconds job_ttl) {
  TaskAnswer reading = checkup ? get_checkup(services, std::move(client), std::move(id), job_ttl)
                               : get_job(services, std::move(client), std::move(id), job_ttl);
  McpResult<json::object> known = co_await std::move(reading);
  if (known.has_error()) co_return std::move(known).error();
  co_return json::object();
}

}  // namespace

json::object created_task(const Job& job, std::chrono::milliseconds job_ttl) {
  return as_created(task_json(job.id.str(), task_status(job), times_of(job), job_ttl));
}

json::object created_task(const Checkup& checkup, std::chrono::milliseconds job_ttl) {
  return as_created(task_json(checkup.id.str(), task_status(checkup), times_of(checkup), job_ttl));
}

TaskAnswer answer_task_request(Services services, McpContext context, const McpMessage& message,
                               std::chrono::milliseconds job_ttl) {
  if (!context.takes_tasks) {
    McpFault fault;
    fault.code = kMcpMissingCapability;
    fault.message = "Tasks are for clients that declare the extension.";
    fault.http_status = 400;
    json::object extensions;
    extensions[kTasksExtension] = json::object();
    fault.data["requiredCapabilities"] = json::object{{"extensions", std::move(extensions)}};
    co_return fault;
  }
  const json::value* given = message.params.if_contains("taskId");
  if (given == nullptr || !given->is_string()) {
    co_return McpFault{kMcpInvalidParams, "\"taskId\" must be a string.", {}, 200};
  }
  std::string id(given->get_string());
  bool checkup = id.starts_with("chk_");
  ClientId client = context.caller.client;
  std::string method = message.method;
  TaskAnswer answering =
      method == "tasks/cancel"
          ? cancel_task(services, std::move(context.caller), std::move(id), checkup)
      : method == "tasks/update"
          ? update_task(services, std::move(client), std::move(id), checkup, job_ttl)
      : checkup ? get_checkup(services, std::move(client), std::move(id), job_ttl)
                : get_job(services, std::move(client), std::move(id), job_ttl);
  McpResult<json::object> answered = co_await std::move(answering);
  if (answered.has_error()) co_return std::move(answered).error();
  co_return complete_result(std::move(*answered), McpRevision::k20260728);
}

}  // namespace glovebox
