// Reading a file that is meant to be small and may not be what it seems.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "base/result.h"

namespace glovebox {

// The whole of a regular file, links followed. Never waits for a FIFO. kUser, in plain words, where
// it cannot be read, is not a regular file or holds more than `max_bytes`.
Result<std::string> read_small_file(const std::filesystem::path& path, std::size_t max_bytes);

}  // namespace glovebox
