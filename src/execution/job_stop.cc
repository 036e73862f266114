// JobScheduler, stopping one job and stopping all.
#include <functional>
#include <utility>

#include "base/log.h"
#include "execution/job_scheduler.h"

namespace glovebox {

Awaitable<Result<CancelResult>> JobScheduler::cancel(ClientId caller, JobId id) {
  LiveJobPtr live = find_live(id);
  if (!live) {
    GB_CO_TRY([[maybe_unused]] ExecutionResult ended,
              co_await find(std::move(caller), std::move(id), WithOutput::kNo));
    co_return CancelResult::kAlreadyEnded;
  }
  if (live->job.owner != caller) co_return no_such_job(id);
  if (live->phase >= LiveJob::Phase::kEnding) co_return CancelResult::kAlreadyEnded;
  stop(live, LiveJob::Stop::kCancelled);
  co_return CancelResult::kCancelling;
}

void JobScheduler::abandon(const JobId& id) {
  LiveJobPtr live = find_live(id);
  if (live) stop(live, LiveJob::Stop::kCancelled);
}

// One that is still being recorded is stopped when it would be queued.
void JobScheduler::stop(const LiveJobPtr& live, LiveJob::Stop why) {
  if (live->stop == LiveJob::Stop::kNo) live->stop = why;
  if (live->phase == LiveJob::Phase::kWaiting) {
    queue_.cancel(live->job.id);
    estimate_.dequeued(live->job.tool_id);
    conclude_unrun(live);
    tell_waiting();
  } else if (live->phase == LiveJob::Phase::kRunning && live->run) {
    live->run->kill();
  }
}

Awaitable<void> JobScheduler::drain(std::chrono::milliseconds grace) {
  // How long the dead may take to be reported.
  static constexpr std::chrono::seconds kAfterKill{10};
  draining_ = true;
  stop_all(LiveJob::Phase::kWaiting);
  if (reclaim_) std::exchange(reclaim_, nullptr)();
  std::function<bool()> idle = [this] { return active_ == 0 && !slot_lent_; };
  co_await wait_until(deps_.loop, idle_, grace, idle);
  stop_all(LiveJob::Phase::kRunning);
  co_await wait_until(deps_.loop, idle_, kAfterKill, idle);
  if (active_ > 0) spdlog::error("{} jobs did not end when they were killed", active_);
}

void JobScheduler::stop_all(LiveJob::Phase phase) {
  std::vector<LiveJobPtr> all;
  for (const auto& [id, live] : jobs_) {
    if (live->phase == phase) all.push_back(live);
  }
  for (const LiveJobPtr& live : all) stop(live, LiveJob::Stop::kShutdown);
}

}  // namespace glovebox
