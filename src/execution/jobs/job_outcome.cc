#include "execution/jobs/job_outcome.h"

#include <utility>

#include "base/log.h"
#include "execution/public_error.h"

namespace glovebox {
namespace {

void fail_by_shutdown(Job& job) {
  job.status = JobStatus::kFailed;
  job.reason = kServerRestarted;
  job.message = job.started_at ? "stopped, because the server was shut down; submit it again"
                               : "not started, because the server was shut down; submit it again";
}

void fail_by_error(Job& job, Error error) {
  job.status = JobStatus::kFailed;
  if (is_lost_run(error)) {
    job.reason = kServerRestarted;
    job.message = "stopped, because its slot of the sandbox died; submit it again";
    spdlog::error("job {} is lost: {}", job.id.str(), error.message());
    return;
  }
  job.message = public_error("the job could not be run", std::move(error)).message();
}

}  // namespace

void judge(Job& job, JobState state, const ExitCodes& codes, Result<SandboxResult> result) {
  if (result.has_error()) return fail_by_error(job, std::move(result).error());
  job.usage = result->usage;
  bool killed = std::holds_alternative<Cancelled>(result->outcome);
  if (killed && state == JobState::kShuttingDown) return fail_by_shutdown(job);
  apply_outcome(job, result->outcome, codes);
}

void judge_unrun(Job& job, JobState state) {
  if (state == JobState::kShuttingDown) return fail_by_shutdown(job);
  apply_outcome(job, Cancelled());
}

}  // namespace glovebox
