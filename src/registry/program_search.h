// Whether the sandbox will find a tool's program. The sandbox shows the host's /usr and its links
// read-only, so a check on the host is sufficient.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace glovebox {

// The folders of the PATH that jobs get, in order.
inline constexpr std::array<std::string_view, 3> kProgramFolders{"/usr/local/bin", "/usr/bin",
                                                                 "/bin"};

// The same folders as jobs see them: "/usr/local/bin:/usr/bin:/bin".
std::string program_path();

// True if one of kProgramFolders contains the program, and for a path relative to the work
// directory ("./build.sh"), because only the project determines whether that exists. An absolute
// path is checked as given.
bool program_is_found(std::string_view program);

// A regular file, following links, that everybody may execute: each job runs as its own user.
bool is_program(const std::string& path);

// A message for a tool whose program is missing. If the description ends with the sentence "Debian
// package: NAME.", the message says to install that package.
std::string missing_program_reason(std::string_view program, std::string_view description);

}  // namespace glovebox
