// From argv to a Command. `--help` describes each command, with examples to copy.
#pragma once

#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/settings_file.h"

namespace glovebox {

// `arguments` does not include the program's name. Never fails: a mistake becomes a PrintCommand
// for standard error. Its exit code is 125 for run and exec, whose other codes belong to the tool,
// and 2 for other commands.
Command parse_command_line(std::vector<std::string> arguments, const Environment& environment);

}  // namespace glovebox
