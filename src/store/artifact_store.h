// ArtifactStore: what jobs made, kept until it is fetched or too old.
//
// Layout below the root: JOB/0, JOB/1, … Only a job's record knows what a number is called, so the
// names that a tool chose never meet the file system. Threads: any; every call but open() of
// different jobs may run at the same time; all may block on the disk.
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
  // The same file as the one before it, under another name: kept once. `content` is not looked at.
  bool further_name = false;
};

struct KeptArtifacts {
  std::size_t count = 0;       // the first so many of those given
  std::optional<Error> error;  // why the rest is not kept
};

class ArtifactStore {
 public:
  static constexpr std::size_t kMostFiles = 1000;  // of one job

  virtual ~ArtifactStore() = default;
  // Makes the folder where there is none.
  static Result<std::unique_ptr<ArtifactStore>> open(const std::filesystem::path& root);

  // Copies each with whether it can be executed, in the order given, as number `first` and so on,
  // up to the first that cannot be kept or is not as long as it says; at most kMostFiles of a job.
  // With `first` 0 what the job had before goes. All descriptors are closed in the end.
  virtual KeptArtifacts keep(const JobId& job, std::size_t first,
                             std::vector<ArtifactSource> sources) = 0;
  // kNotFound where it is not kept, or not whole: a power cut may have taken its end.
  virtual Result<UniqueFd> open_file(const JobId& job, std::size_t number,
                                     std::int64_t size_bytes) const = 0;
  // Absent is fine.
  virtual Result<void> remove(const JobId& job) = 0;
  // What the job's files take on the disk; nothing where there are none.
  virtual Result<ByteCount> allocated(const JobId& job) const = 0;
  // Whose files an earlier process left; what lies there and is no job's is removed.
  virtual Result<std::vector<JobId>> jobs() = 0;
};

}  // namespace glovebox
