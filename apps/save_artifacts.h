// What a job made, saved where the user wants it.
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"
#include "sandbox/sandbox.h"

namespace glovebox {

// Copies each below `directory`, making folders as needed and replacing files of the same name.
// Nothing is followed: where a link stands in the way the file is refused. Each name of
// a file with several becomes a file of its own. Stops at the first failure. Blocks.
Result<void> save_artifacts(const std::filesystem::path& directory,
                            const std::vector<CollectedArtifact>& artifacts);

}  // namespace glovebox
