// Detects the format of an upload from its first bytes.
#pragma once

#include <string_view>

#include "base/result.h"
#include "projects/archive_file.h"

namespace glovebox {

enum class ArchiveFormat { kZip, kTar, kTarGz, kTarBz2, kTarXz, kTarZst, kSingleFile };

// A text that is not an archive becomes a single file if its name is known and does not promise an
// archive. kUnprocessable for everything else, with its format if known and what to do instead.
Result<ArchiveFormat> detect_format(const ArchiveFile& file, std::string_view file_name);

}  // namespace glovebox
