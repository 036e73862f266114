// ArtifactService: Artifacts on one machine: a job's files, for those who may see the job.
#pragma once

#include <memory>
#include <string>

#include "execution/artifacts.h"
#include "execution/artifacts/artifact_library.h"
#include "execution/jobs.h"

namespace glovebox {

class ArtifactService final : public Artifacts {
 public:
  // Both must outlive it.
  ArtifactService(Jobs& jobs, ArtifactLibrary& library) : jobs_(jobs), library_(library) {}

  Awaitable<Result<UniqueFd>> open(ClientId caller, JobId job, std::string path) override;
  Awaitable<Result<std::unique_ptr<ArtifactZip>>> zip(ClientId caller, JobId job) override;

 private:
  Jobs& jobs_;
  ArtifactLibrary& library_;
};

}  // namespace glovebox
