// FindingService: Findings on one machine.
#pragma once

#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <string>

#include "execution/findings.h"
#include "execution/jobs.h"
#include "execution/tools.h"
#include "findings/report/report.h"
#include "projects/project_store.h"

namespace glovebox {

class FindingService final : public Findings {
 public:
  struct Deps {
    boost::asio::thread_pool& pool;
    ProjectStore& store;  // for the files of reports
    Jobs& jobs;
    Tools& tools;
  };
  explicit FindingService(const Deps& deps) : deps_(deps) {}

  Awaitable<Result<std::shared_ptr<const JobFindings>>> all(ClientId caller, JobId id) override;
  Awaitable<Result<FindingsPage>> page(ClientId caller, JobId id, FindingsQuery query) override;
  Awaitable<Result<FindingsReport>> report(ClientId caller, JobId id, std::string format) override;

  // The job as reports show it. It refers to `found`, which must outlive it.
  ReportRun report_run(const JobFindings& found) const;

 private:
  Deps deps_;
  // The result of the last request: a client reads page after page.
  std::shared_ptr<const JobFindings> last_;
};

}  // namespace glovebox
