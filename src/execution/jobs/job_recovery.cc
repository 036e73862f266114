#include "execution/jobs/job_recovery.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "base/log.h"
#include "execution/async/caught.h"

namespace glovebox {
namespace {

// Empty: it may wait again.
std::string why_failed(const UnfinishedJob& left, bool lost) {
  if (left.request.empty()) {
    return lost ? "it was running when the server was stopped; submit it again"
                : "not started, because the server was stopped; submit it again";
  }
  if (!lost || left.job.attempt < kMostAttempts) return "";
  return fmt::format("it was run {} times, and each run was lost with the server or its slot",
                     left.job.attempt);
}

}  // namespace

Awaitable<void> JobRecovery::run() {
  Result<std::vector<UnfinishedJob>> left = co_await deps_.store.unfinished_jobs();
  if (left.has_error()) {
    spdlog::error("jobs of an earlier process are not recovered: {}", left.error().message());
    co_return;
  }
  std::size_t waiting = 0;
  std::size_t all = left->size();
  std::vector<UnfinishedJob> may_wait;
  for (UnfinishedJob& job : *left) {
    bool lost = ran(job.job);
    std::string why = why_failed(job, lost);
    if (!why.empty()) {
      co_await deps_.recorder.record_interrupted(std::move(job.job), std::move(why));
      continue;
    }
    if (lost) co_await requeue(job.job);
    may_wait.push_back(std::move(job));
  }
  // The remaining journals belong to lost runs, or to jobs whose ends were recorded just before the
  // process ended. They are removed before any job waits again, because those write journals that
  // must be kept.
  if (deps_.journal) deps_.journal->clear_except(deps_.recorder.unrecorded());
  for (UnfinishedJob& job : may_wait) {
    Result<bool> restored = co_await caught(restore(std::move(job)));
    if (restored.has_error()) {
      spdlog::error("a job is not restored: {}", restored.error().message());
    }
    waiting += restored && *restored ? 1 : 0;
  }
  if (all == 0) co_return;
  spdlog::info("{} jobs had not ended when the server stopped: {} wait again, {} failed", all,
               waiting, all - waiting);
}

// Its attempt is then the last one that left a trace: output may have been written before the
// record of the start, or although the store refused that record.
bool JobRecovery::ran(Job& job) const {
  for (int attempt = kMostAttempts; deps_.journal && attempt >= job.attempt; --attempt) {
    if (!deps_.journal->has(job.id, attempt)) continue;
    job.attempt = attempt;
    return true;
  }
  return job.started_at.has_value();
}

Awaitable<void> JobRecovery::requeue(Job& job) {
  ++job.attempt;
  job.status = JobStatus::kQueued;
  job.started_at.reset();
  job.isolation.clear();
  Result<void> recorded = co_await deps_.store.requeue(job);
  if (recorded.has_error()) {
    spdlog::warn("job {}: the lost run is not recorded: {}", job.id.str(),
                 recorded.error().message());
  }
}

// Whether it waits again.
Awaitable<Result<bool>> JobRecovery::restore(UnfinishedJob left) {
  Result<PreparedJob> prepared = co_await deps_.checker.prepare_again(left);
  // The tool may be another version now.
  if (prepared) left.job.inputs = prepared->inputs;
  if (prepared && left.checkup.empty()) {
    deps_.dispatcher.restore(std::move(left.job), std::move(*prepared));
    co_return true;
  }
  if (prepared) {
    std::shared_ptr<JobGroup>& group = groups_[left.checkup];
    if (!group) group = deps_.dispatcher.restore_group(left.job.owner);
    deps_.dispatcher.restore(std::move(left.job), std::move(*prepared), group);
    co_return true;
  }
  std::string why =
      fmt::format("it could not be run after the server's restart: {}", prepared.error().message());
  co_await deps_.recorder.record_interrupted(std::move(left.job), std::move(why));
  co_return false;
}

}  // namespace glovebox
