// The server's data directory: projects, jobs, and the lock against a second server.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "base/unique_fd.h"

namespace glovebox {

struct DataDir {
  std::filesystem::path path;  // absolute
  UniqueFd lock;               // flock(2), held while this is open
};

// Creates the folder (0700) and its parents if missing, and locks it. kUser if it cannot be created
// or written, or if another server uses it; the error then has its process id.
Result<DataDir> open_data_dir(const std::filesystem::path& path);

}  // namespace glovebox
