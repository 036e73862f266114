// Reads a file that should be small but may be anything.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "base/result.h"

namespace glovebox {

// The content of a regular file, following links. Never blocks on a FIFO. kUser, with a readable
// message, if it cannot be read, is not a regular file or has more than `max_bytes`.
Result<std::string> read_small_file(const std::filesystem::path& path, std::size_t max_bytes);

}  // namespace glovebox
