// JobScheduler, stopping one job and stopping all.
#include <functional>
#include <utility>

#include "base/log.h"
#include "execution/jobs/job_scheduler.h"

namespace glovebox {

Awaitable<Result<CancelResult>> JobScheduler::cancel(ClientId caller, JobId id) {
  LiveJobPtr live = find_live(id);
  if (!live) {
    GB_CO_TRY([[maybe_unused]] ExecutionResult ended,
              co_await find(std::move(caller), std::move(id), WithOutput::kNo));
    co_return CancelResult::kAlreadyEnded;
  }
  if (live->accepted.owner != caller) co_return no_such_job(id);
  if (live->phase >= LiveJob::Phase::kEnding) co_return CancelResult::kAlreadyEnded;
  stop(live, LiveJob::Stop::kCancelled);
  co_return CancelResult::kCancelling;
}

void JobScheduler::abandon(const JobId& id) {
  LiveJobPtr live = find_live(id);
  if (live && live->lifetime == Lifetime::kConnection) stop(live, LiveJob::Stop::kCancelled);
}

// One that is still being recorded is stopped when it would be queued.
void JobScheduler::stop(const LiveJobPtr& live, LiveJob::Stop why) {
  if (live->stop == LiveJob::Stop::kNo) live->stop = why;
  if (live->phase == LiveJob::Phase::kWaiting) {
    queue_.cancel(live->id());
    estimate_.dequeued(live->accepted.tool_id);
    conclude_unrun(live);
    tell_waiting();
  } else if (live->phase == LiveJob::Phase::kRunning && live->course->run) {
    live->course->run->kill();
  }
}

Awaitable<void> JobScheduler::drain(std::chrono::milliseconds grace) {
  // How long the dead may take to be reported.
  static constexpr std::chrono::seconds kAfterKill{10};
  draining_ = true;
  stop_all(LiveJob::Phase::kWaiting);
  if (reclaim_) std::exchange(reclaim_, nullptr)();
  std::function<bool()> idle = [this] { return active_ == queue_.pending() && !slot_lent_; };
  co_await wait_until(deps_.loop, idle_, grace, idle);
  stop_all(LiveJob::Phase::kRunning);
  co_await wait_until(deps_.loop, idle_, kAfterKill, idle);
  co_await flush_records();
  std::size_t kept = queue_.pending();
  if (active_ > kept) spdlog::error("{} jobs did not end when they were killed", active_ - kept);
  if (kept > 0) spdlog::info("{} jobs wait for the next start", kept);
}

void JobScheduler::stop_all(LiveJob::Phase phase) {
  std::vector<LiveJobPtr> all;
  for (const auto& [id, live] : jobs_) {
    if (live->phase == phase) all.push_back(live);
  }
  for (const LiveJobPtr& live : all) {
    if (phase == LiveJob::Phase::kWaiting && live->lifetime == Lifetime::kItsOwn) {
      hand_over(*live);
    } else {
      stop(live, LiveJob::Stop::kShutdown);
    }
  }
}

// It stays in the store as it is; those who follow it or wait for it are told to come back.
void JobScheduler::hand_over(LiveJob& live) {
  live.handed_over = true;
  live.ended.set();
  live.tell_followers();
}

}  // namespace glovebox
