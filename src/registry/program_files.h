// Programs of a tool: files beside its manifest, taken into the command when it is loaded.
//
// {file:NAME} in an element of a command stands for the content of NAME, a path below the
// manifest's folder. So a program is an argument of its interpreter (["python3", "-c", …]): it
// needs no place in the sandbox, and is the same until the server starts again.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace glovebox {

// Of one file, and of one element with all its files: the kernel takes no longer argument.
inline constexpr std::size_t kMaxProgramBytes = 120 << 10;

// The element with the files' content, braces doubled, in the place of each {file:NAME}. An
// element without one comes back as it is. Reads files. kValidation where a name is no plain path
// below the folder, a file cannot be read or holds NUL, or the result is too large.
Result<std::string> with_program_files(std::string_view element,
                                       const std::filesystem::path& folder);

}  // namespace glovebox
