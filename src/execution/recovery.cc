// ExecutionServiceImpl, what an earlier process left: jobs that waited wait again, in their order;
// those that ran, or were to end with their connections, have ended.
#include <fmt/format.h>

#include <utility>

#include "base/log.h"
#include "execution/async/caught.h"
#include "execution/execution_service_impl.h"
#include "execution/jobs/stored_request.h"

namespace glovebox {

Awaitable<void> ExecutionServiceImpl::recover() {
  Result<std::vector<UnfinishedJob>> left = co_await deps_.jobs.unfinished_jobs();
  if (left.has_error()) {
    spdlog::error("jobs of an earlier run are not recovered: {}", left.error().message());
    co_return;
  }
  std::size_t waiting = 0;
  std::size_t all = left->size();
  std::vector<UnfinishedJob> may_wait;
  for (UnfinishedJob& job : *left) {
    std::string why = why_lost(job);
    if (why.empty()) {
      may_wait.push_back(std::move(job));
    } else {
      co_await jobs_.end_lost(std::move(job.job), std::move(why));
    }
  }
  // What is left are journals of jobs whose ends were recorded in the last moment. This comes
  // before any job waits again: those write journals of their own, which must survive the next
  // crash.
  if (deps_.journal) deps_.journal->clear_except(jobs_.unrecorded());
  for (UnfinishedJob& job : may_wait) {
    Result<bool> restored = co_await caught(restore(std::move(job)));
    if (restored.has_error())
      spdlog::error("a job is not restored: {}", restored.error().message());
    waiting += restored && *restored ? 1 : 0;
  }
  if (all == 0) co_return;
  spdlog::info("{} jobs were not at their end when the server stopped: {} wait again, {} failed",
               all, waiting, all - waiting);
}

// Empty: it may wait again.
std::string ExecutionServiceImpl::why_lost(const UnfinishedJob& left) const {
  // Its output may be there before the record of its start.
  bool ran = left.job.started_at || (deps_.journal && deps_.journal->has(left.job.id));
  if (ran) return "it was running when the server was stopped; submit it again";
  if (left.request.empty()) return "not started, because the server was stopped; submit it again";
  return "";
}

// Whether it waits again.
Awaitable<Result<bool>> ExecutionServiceImpl::restore(UnfinishedJob left) {
  Result<PreparedJob> prepared = co_await prepare_again(left);
  if (prepared) {
    jobs_.restore(std::move(left.job), std::move(*prepared));
    co_return true;
  }
  std::string why =
      fmt::format("it could not be run after the server's restart: {}", prepared.error().message());
  co_await jobs_.end_lost(std::move(left.job), std::move(why));
  co_return false;
}

Awaitable<Result<PreparedJob>> ExecutionServiceImpl::prepare_again(const UnfinishedJob& left) {
  GB_CO_TRY(ExecuteRequest request, decode_request(left.request));
  GB_CO_TRY(PreparedJob prepared, check(request));
  GB_CO_TRY(prepared.project, co_await projects_.pin_again(left.job.owner, left.job.project_id));
  prepared.spec.project = prepared.project.project.sha256;
  prepared.request = left.request;
  co_return prepared;
}

}  // namespace glovebox
