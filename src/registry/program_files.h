// Programs of a tool: files in the manifest's folder, included in the command when it is loaded.
//
// {file:NAME} in an element of a command is replaced by the content of NAME, a path below the
// manifest's folder. So a program is an argument of its interpreter (["python3", "-c", …]): it does
// not have to exist in the sandbox, and does not change until the server restarts.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace glovebox {

// Maximum size of one file, and of one element with all its files: the kernel's limit on an
// argument.
inline constexpr std::size_t kMaxProgramBytes = 120 << 10;

// The element with each {file:NAME} replaced by the file's content, with braces doubled. An element
// without one is returned unchanged. Reads files. kValidation if a name is not a plain path below
// the folder, a file cannot be read or contains NUL, or the result is too large.
Result<std::string> with_program_files(std::string_view element,
                                       const std::filesystem::path& folder);

}  // namespace glovebox
