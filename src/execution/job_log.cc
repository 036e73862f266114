#include "execution/job_log.h"

#include <chrono>

#include "base/log_event.h"

namespace glovebox {

void JobLog::job_ended(const Job& job) {
  LogEvent event("job-ended");
  event.job(job.id.str()).client(job.owner.str());
  event.with("tool", job.tool_id.str()).with("project", job.project_id.str());
  event.with("status", job_status_name(job.status));
  if (!job.reason.empty()) event.with("reason", job.reason);
  if (job.exit_code) event.with("exitCode", std::int64_t{*job.exit_code});
  if (job.started_at) {
    event.with("queuedMs", std::int64_t{(*job.started_at - job.created_at).count()});
    if (job.finished_at) {
      event.with("durationMs", std::int64_t{(*job.finished_at - *job.started_at).count()});
    }
  }
  event.write();
}

}  // namespace glovebox
