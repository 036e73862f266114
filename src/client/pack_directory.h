// A directory as an archive to upload.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "base/unique_fd.h"

namespace glovebox {

// Writes a tar.gz of the regular files and folders below `directory` into an unnamed temporary
// file. Symbolic links and special files are refused by name, as they are for a project that is
// run on this machine. kUser where something cannot be read or is too deep. Blocks on the disk.
Result<UniqueFd> pack_directory(const std::filesystem::path& directory);

}  // namespace glovebox
