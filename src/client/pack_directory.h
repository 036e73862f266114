// Packs a directory into an archive for upload.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "base/unique_fd.h"
#include "model/project.h"

namespace glovebox {

// Writes a tar.gz of the files, folders and symbolic links below `directory` to an unnamed
// temporary file. Links are packed as links and never followed; the server decides which to keep.
// Special files are left out, with a warning in `notes`. kUser if something cannot be read or is
// too deep. Blocks on the disk.
Result<UniqueFd> pack_directory(const std::filesystem::path& directory, ImportNotes& notes);

}  // namespace glovebox
