// RequestChecker: converts a client's request to a job that may be admitted. It counts and records
// nothing.
#pragma once

#include "base/awaitable.h"
#include "base/result.h"
#include "base/units.h"
#include "execution/jobs.h"
#include "execution/jobs/prepared_job.h"
#include "execution/projects/project_library.h"
#include "execution/tools.h"
#include "store/job_store.h"

namespace glovebox {

class RequestChecker {
 public:
  // `tools` and `projects` must outlive it. `stdin_limit` is for one job.
  RequestChecker(Tools& tools, ProjectLibrary& projects, ByteCount stdin_limit)
      : tools_(tools), projects_(projects), stdin_limit_(stdin_limit) {}

  // kValidation names the field; kNotFound; kConflict if the tool cannot run now. The result has no
  // key.
  Awaitable<Result<PreparedJob>> prepare(ClientId client, ExecuteRequest request);
  // The same for a job that an earlier process accepted; its project may have expired meanwhile.
  Awaitable<Result<PreparedJob>> prepare_again(UnfinishedJob left);

 private:
  Result<PreparedJob> check(ExecuteRequest& request);

  Tools& tools_;
  ProjectLibrary& projects_;
  ByteCount stdin_limit_;
};

}  // namespace glovebox
