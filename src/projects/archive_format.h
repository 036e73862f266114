// What an upload is, told by its first bytes and by nothing else.
#pragma once

#include "base/result.h"
#include "projects/archive_file.h"

namespace glovebox {

enum class ArchiveFormat { kZip, kTar, kTarGz, kTarXz, kTarZst };

// kUnprocessable for anything else, by name where it is known.
Result<ArchiveFormat> detect_format(const ArchiveFile& file);

}  // namespace glovebox
