// Whether the sandbox will find a tool's program. The sandbox shows the host's /usr and its links
// read-only, so looking on the host tells.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace glovebox {

// The folders of the PATH that jobs get, in order.
inline constexpr std::array<std::string_view, 3> kProgramFolders{"/usr/local/bin", "/usr/bin",
                                                                 "/bin"};

// The same as jobs see it: "/usr/local/bin:/usr/bin:/bin".
std::string program_path();

// True for a program that one of kProgramFolders holds, and for a path relative to the work
// directory ("./build.sh"): only the project can tell whether that is there. An absolute path is
// looked at as it stands.
bool program_is_found(std::string_view program);

// A regular file, links followed, that everybody may execute: jobs run as users of their own.
bool is_program(const std::string& path);

// Plain words for a tool whose program is missing. Where the description ends with the sentence
// "Debian package: NAME." they say to install it.
std::string missing_program_reason(std::string_view program, std::string_view description);

}  // namespace glovebox
