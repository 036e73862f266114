// Completion scripts for bash, zsh and fish, from the program's own commands and flags.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/command_outline.h"

namespace glovebox {

// An Error lists the shells that there are.
Result<std::string> completion_script(std::string_view shell, const CommandOutline& program);

}  // namespace glovebox
