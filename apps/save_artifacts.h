// What a job made, saved where the user wants it.
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"
#include "sandbox/sandbox.h"

namespace glovebox {

// Saves what comes batch by batch.
class ArtifactSaver {
 public:
  explicit ArtifactSaver(std::filesystem::path directory) : directory_(std::move(directory)) {}

  // Copies each below the directory, making folders as needed and replacing files of the same name.
  // Nothing is followed: where a link stands in the way the file is refused. Each name of a file
  // with several becomes a file of its own. Stops at the first failure, for good. Blocks.
  Result<void> save(std::vector<CollectedArtifact> batch);

 private:
  Result<void> save_all(std::vector<CollectedArtifact> batch);

  std::filesystem::path directory_;
  UniqueFd last_;  // the content of the last one, for its further names
  Result<void> saved_;
};

}  // namespace glovebox
