// What an upload is, told by its first bytes.
#pragma once

#include <string_view>

#include "base/result.h"
#include "projects/archive_file.h"

namespace glovebox {

enum class ArchiveFormat { kZip, kTar, kTarGz, kTarBz2, kTarXz, kTarZst, kSingleFile };

// A text that is no archive is a single file where its name is known and promises no archive.
// kUnprocessable for anything else, by name where it is known, with what to do instead.
Result<ArchiveFormat> detect_format(const ArchiveFile& file, std::string_view file_name);

}  // namespace glovebox
