// CheckupService: Checkups on one machine. It chooses tools and prepares their jobs; the Dispatcher
// runs them, and the stores keep the records of check-ups. Threads: the event loop.
#pragma once

#include <boost/asio/io_context.hpp>

#include "base/awaitable.h"
#include "base/clock.h"
#include "base/result.h"
#include "execution/checkups.h"
#include "execution/checkups/merged_findings.h"
#include "execution/findings/finding_service.h"
#include "execution/jobs/job_service.h"
#include "execution/jobs/request_checker.h"
#include "execution/projects.h"
#include "execution/tools.h"
#include "store/checkup_store.h"

namespace glovebox {

class CheckupService final : public Checkups {
 public:
  struct Deps {
    boost::asio::io_context& loop;
    CheckupStore& store;
    Tools& tools;
    Projects& projects;
    RequestChecker& checker;
    JobService& jobs;
    const Clock& clock;
    FindingService& found;
    boost::asio::thread_pool& pool;
    ProjectStore& project_store;  // for the files of reports
  };
  explicit CheckupService(const Deps& deps) : deps_(deps) {}

  Awaitable<Result<SubmittedCheckup>> submit(ClientId client, CheckupRequest request) override;
  Awaitable<Result<Checkup>> find(ClientId caller, CheckupId id) override;
  Awaitable<Result<CheckupHistoryPage>> history(ClientId caller,
                                                CheckupHistoryQuery query) override;
  Awaitable<Result<std::unique_ptr<CheckupFollower>>> follow(ClientId caller, CheckupId id,
                                                             std::string after) override;
  Awaitable<Result<CheckupFindingsPage>> findings(ClientId caller, CheckupId id,
                                                  FindingsQuery query) override;
  Awaitable<Result<FindingsReport>> report(ClientId caller, CheckupId id,
                                           std::string format) override;
  Awaitable<Result<CancelResult>> cancel(ClientId caller, CheckupId id) override;

 private:
  Awaitable<Result<SubmittedCheckup>> check_and_submit(ClientId client, CheckupRequest request);
  Awaitable<Result<std::vector<PreparedJob>>> prepare(ClientId client, CheckupRequest request);
  Awaitable<Result<SubmittedCheckup>> submit_prepared(AcceptedCheckup accepted,
                                                      std::vector<PreparedJob> prepared);
  // The check-up of an earlier request with the same key; kUnprocessable if that request was
  // different.
  Awaitable<Result<SubmittedCheckup>> repeated(ClientId client, KeyedCheckup earlier,
                                               std::string fingerprint);
  Awaitable<Result<CancelResult>> cancel_jobs(ClientId caller, CheckupId id);
  Awaitable<Result<FindingsOfJobs>> all_findings(Checkup checkup);
  // Adds the jobs' current states to a stored check-up.
  Awaitable<Result<Checkup>> as_it_is(Checkup stored);

  Deps deps_;
};

}  // namespace glovebox
