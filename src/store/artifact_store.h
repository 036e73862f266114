// ArtifactStore: the artifacts of jobs, kept until they expire.
//
// Layout below the root: JOB/0, JOB/1, … Only the job's record maps a number to its name, so names
// chosen by a tool never reach the file system. Threads: any. All calls except open() may run
// concurrently for different jobs. All may block on the disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "base/units.h"
#include "model/ids.h"

namespace glovebox {

struct ArtifactSource {
  UniqueFd content;
  std::int64_t size_bytes = 0;
  // The same file as the previous one, under another name. It is stored once; `content` is ignored.
  bool further_name = false;
};

struct KeptArtifacts {
  std::size_t count = 0;       // the number of files stored, counted from the first
  std::optional<Error> error;  // why the rest is not stored
};

class ArtifactStore {
 public:
  static constexpr std::size_t kMostFiles = 1000;  // of one job

  virtual ~ArtifactStore() = default;
  // Creates the folder if missing.
  static Result<std::unique_ptr<ArtifactStore>> open(const std::filesystem::path& root);

  // Stores each file and its executable bit, in the given order, starting with number `first`.
  // Stops at the first file that cannot be stored or is shorter than declared, and at kMostFiles
  // per job. If `first` is 0, the job's previous files are removed. Closes all descriptors.
  virtual KeptArtifacts keep(const JobId& job, std::size_t first,
                             std::vector<ArtifactSource> sources) = 0;
  // kNotFound if it is not stored, or incomplete: a power failure may have lost its end.
  virtual Result<UniqueFd> open_file(const JobId& job, std::size_t number,
                                     std::int64_t size_bytes) const = 0;
  // No error if there is none.
  virtual Result<void> remove(const JobId& job) = 0;
  // The disk usage of the job's files; nothing if there are none.
  virtual Result<ByteCount> allocated(const JobId& job) const = 0;
  // The jobs whose files an earlier process left. Removes everything else.
  virtual Result<std::vector<JobId>> jobs() = 0;
};

}  // namespace glovebox
