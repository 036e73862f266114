// JobScheduler, jobs as clients see them, in memory or in the store; and the store's upkeep.
#include <fmt/format.h>

#include <utility>

#include "base/log.h"
#include "execution/job_scheduler.h"
#include "execution/public_error.h"

namespace glovebox {
namespace {

ExecutionResult result_of(const LiveJob& live, WithOutput with) {
  ExecutionResult result;
  result.job = live.job();
  if (!live.course) return result;
  if (live.course->run) live.course->run->tell_counts();
  result.job.output = live.course->log.summary();
  if (live.course->run) result.job.usage = live.course->run->usage_so_far();
  if (with == WithOutput::kYes) result.output = live.course->log.lines();
  return result;
}

}  // namespace

Error JobScheduler::no_such_job(const JobId& id) const {
  return not_found(fmt::format("there is no job \"{}\"; jobs are kept for {} after their end",
                               id.str(), format_duration(options_.job_ttl)));
}

Awaitable<Result<ExecutionResult>> JobScheduler::wait(JobId id) {
  LiveJobPtr live = find_live(id);
  if (!live) co_return co_await find_stored(std::move(id), WithOutput::kYes);
  Wait waited = co_await live->ended.wait();
  if (waited == Wait::kGivenUp) co_return internal_error("the wait for the job was given up");
  if (live->phase != LiveJob::Phase::kEnded) {
    co_return Error(ErrorKind::kQueueFull,
                    fmt::format("the server is shutting down; job {} is kept, and runs when it is "
                                "back: ask for it then",
                                id.str()))
        .with("jobId", id.str())
        .with_retry_after(std::chrono::seconds(30));
  }
  co_return result_of(*live, WithOutput::kYes);
}

Awaitable<Result<ExecutionResult>> JobScheduler::find(ClientId caller, JobId id, WithOutput with) {
  LiveJobPtr live = find_live(id);
  if (live) {
    if (live->accepted.owner != caller) co_return no_such_job(id);
    co_return result_of(*live, with);
  }
  GB_CO_TRY(ExecutionResult stored, co_await find_stored(id, with));
  if (stored.job.owner != caller) co_return no_such_job(id);
  co_return stored;
}

Awaitable<Result<ExecutionResult>> JobScheduler::find_stored(JobId id, WithOutput with) {
  Result<std::optional<StoredJob>> stored = co_await deps_.store.find_job(id, with);
  if (stored.has_error()) co_return public_error("could not look the job up", stored.error());
  if (!stored->has_value()) co_return no_such_job(id);
  ExecutionResult result;
  result.job = std::move((*stored)->job);
  Result<OutputLog> log = OutputLog::decode((*stored)->output);
  if (log.has_error()) co_return public_error("could not read the job's output", log.error());
  result.output = log->lines();
  co_return result;
}

Awaitable<void> JobScheduler::sweep() {
  static constexpr std::int64_t kAtATime = 500;
  for (const LiveJobPtr& live : std::exchange(unrecorded_, {})) {
    Result<void> recorded = co_await store_end(*live);
    if (recorded.has_error()) {
      unrecorded_.push_back(live);
    } else {
      forget(*live);
    }
  }
  for (;;) {
    WallTime oldest = deps_.clock.wall_now() - options_.job_ttl;
    Result<std::int64_t> removed = co_await deps_.store.remove_jobs_ended_before(oldest, kAtATime);
    if (removed.has_error()) {
      spdlog::warn("old jobs are not swept: {}", removed.error().message());
      co_return;
    }
    if (*removed < kAtATime) co_return;
  }
}

}  // namespace glovebox
