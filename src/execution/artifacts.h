// Artifacts: the files that jobs created or changed. Threads: the event loop.
#pragma once

#include <memory>
#include <string>

#include "base/awaitable.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "model/ids.h"

namespace glovebox {

// All files of a job, as one zip that is created while it is read.
class ArtifactZip {
 public:
  virtual ~ArtifactZip() = default;
  // The next bytes; empty at the end. After an Error, discard what was read so far.
  virtual Awaitable<Result<std::string>> next() = 0;
};

// Jobs of another owner are kNotFound, as if they did not exist.
class Artifacts {
 public:
  virtual ~Artifacts() = default;
  // A file by the path in the job's record.
  virtual Awaitable<Result<UniqueFd>> open(ClientId caller, JobId job, std::string path) = 0;
  virtual Awaitable<Result<std::unique_ptr<ArtifactZip>>> zip(ClientId caller, JobId job) = 0;
};

}  // namespace glovebox
