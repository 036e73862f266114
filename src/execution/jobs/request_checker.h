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
#include "images/image_catalog.h"
#include "store/job_store.h"

namespace glovebox {

class RequestChecker {
 public:
  // `tools`, `projects` and `images` must outlive it; null: there are no images. `stdin_limit` is
  // for one job.
  RequestChecker(Tools& tools, ProjectLibrary& projects, ImageCatalog* images,
                 ByteCount stdin_limit)
      : tools_(tools), projects_(projects), images_(images), stdin_limit_(stdin_limit) {}

  // kValidation names the field; kNotFound; kConflict if the tool cannot run now. The result has no
  // key.
  Awaitable<Result<PreparedJob>> prepare(ClientId client, ExecuteRequest request);
  // The same for a job that an earlier process accepted; its project may have expired meanwhile.
  Awaitable<Result<PreparedJob>> prepare_again(UnfinishedJob left);

 private:
  // Sets all of `inputs` but the name of the project.
  Result<PreparedJob> check(ExecuteRequest& request, RunInputs& inputs);
  Result<void> take_image(const Tool& tool, PreparedJob& prepared);

  Tools& tools_;
  ProjectLibrary& projects_;
  ImageCatalog* images_;
  ByteCount stdin_limit_;
};

}  // namespace glovebox
