// The server's data directory: projects, jobs, and the lock that keeps a second server out.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "base/unique_fd.h"

namespace glovebox {

struct DataDir {
  std::filesystem::path path;  // absolute
  UniqueFd lock;               // flock(2), held as long as this is open
};

// Makes the folder (0700) and those above it where they are missing, and locks it. kUser where it
// cannot be made or written, or another server has it, which is then named by its process id.
Result<DataDir> open_data_dir(const std::filesystem::path& path);

}  // namespace glovebox
