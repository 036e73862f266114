// Saves a job's artifacts to the user's directory.
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"
#include "sandbox/sandbox.h"

namespace glovebox {

// Saves artifacts in batches.
class ArtifactSaver {
 public:
  explicit ArtifactSaver(std::filesystem::path directory) : directory_(std::move(directory)) {}

  // Copies each file below the directory, creates folders as needed and replaces files of the same
  // name. Follows no link: if there is a link on the path, the file is refused. Each name of a
  // hard-linked file becomes a separate file. Stops permanently at the first failure. Blocks.
  Result<void> save(std::vector<CollectedArtifact> batch);

 private:
  Result<void> save_all(std::vector<CollectedArtifact> batch);

  std::filesystem::path directory_;
  UniqueFd last_;  // the content of the last one, for its other names
  Result<void> saved_;
};

}  // namespace glovebox
