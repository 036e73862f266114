#include "execution/findings/finding_service.h"

#include <functional>
#include <utility>

#include "execution/async/blocking.h"
#include "execution/findings/finding_pages.h"
#include "execution/projects/storage_ledger.h"
#include "execution/public_error.h"

namespace glovebox {

using JobFindingsPtr = std::shared_ptr<const JobFindings>;

// The job is looked up each time, so that a removed job is no longer found.
Awaitable<Result<JobFindingsPtr>> FindingService::all(ClientId caller, JobId id) {
  GB_CO_TRY(ExecutionResult found, co_await deps_.jobs.find(caller, id, WithOutput::kNo));
  if (last_ && last_->job.id == id) co_return last_;
  GB_CO_TRY(std::vector<Finding> findings, co_await deps_.jobs.findings(caller, id));
  auto all = std::make_shared<JobFindings>();
  all->job = std::move(found.job);
  all->findings = std::move(findings);
  if (is_final(all->job.status)) last_ = all;
  co_return JobFindingsPtr(std::move(all));
}

Awaitable<Result<FindingsPage>> FindingService::page(ClientId caller, JobId id,
                                                     FindingsQuery query) {
  GB_CO_TRY_VOID(parse_findings_cursor(query.cursor));
  GB_CO_TRY(JobFindingsPtr now, co_await all(caller, std::move(id)));
  JobFindingsPtr before;
  if (query.against) {
    JobId earlier = *query.against;
    GB_CO_TRY(before, co_await all(caller, std::move(earlier)));
    if (before->job.tool_id != now->job.tool_id) {
      co_return validation_error("\"against\" must be a job of the same tool, \"" +
                                 now->job.tool_id.str() + "\"; that one is of \"" +
                                 before->job.tool_id.str() + "\"")
          .with("field", "against");
    }
    if (!is_final(now->job.status) || !is_final(before->job.status)) {
      co_return Error(ErrorKind::kConflict, "both jobs must have ended before they are compared");
    }
  }
  std::function<Result<FindingsPage>()> cut = [now, before, query = std::move(query)] {
    return findings_page(now->findings, before ? &before->findings : nullptr, query);
  };
  Result<FindingsPage> made = co_await run_blocking(deps_.pool, std::move(cut));
  co_return public_error("could not list the findings", std::move(made));
}

Awaitable<Result<FindingsReport>> FindingService::report(ClientId caller, JobId id,
                                                         std::string name) {
  GB_CO_TRY(ReportFormat format, parse_report_format(name));
  GB_CO_TRY(JobFindingsPtr found, co_await all(std::move(caller), std::move(id)));
  if (!is_final(found->job.status)) {
    co_return Error(ErrorKind::kConflict, "the job has not ended; ask for its report then");
  }
  if (!found->job.findings) {
    co_return Error(ErrorKind::kConflict,
                    "there is no report: the output of this job was not read for findings");
  }
  ReportRun run = report_run(*found);
  std::function<Result<FindingsReport>()> write = [found, run, format, &store = deps_.store] {
    return write_report_file(format, {&run, 1}, store);
  };
  Result<FindingsReport> written = co_await run_blocking(deps_.pool, std::move(write));
  if (written.has_error()) {
    co_return public_error("could not write the report", no_room_if_full(written.error()));
  }
  co_return std::move(written);
}

ReportRun FindingService::report_run(const JobFindings& found) const {
  ReportRun run;
  run.tool_id = found.job.tool_id.str();
  run.tool_name = run.tool_id;
  Result<const Tool*> tool = deps_.tools.tool(found.job.tool_id);
  if (tool) {
    run.tool_name = (*tool)->name;
    run.tool_version = (*tool)->version;
    if ((*tool)->findings) run.rule_url = (*tool)->findings->url;
  }
  run.findings = found.findings;
  if (found.job.findings) run.counts = *found.job.findings;
  run.completed = found.job.status == JobStatus::kCompleted;
  if (!run.completed) run.problem = found.job.message;
  return run;
}

}  // namespace glovebox
