// From argv to a Command. `--help` teaches: what each command does, with examples to copy.
#pragma once

#include <string>
#include <vector>

#include "cli/commands.h"
#include "cli/settings_file.h"

namespace glovebox {

// `arguments` without the program's name. Never fails: a mistake becomes a PrintCommand for
// standard error, with exit code 125 for run and exec (whose other codes are the tool's) and 2 for
// the rest.
Command parse_command_line(std::vector<std::string> arguments, const Environment& environment);

}  // namespace glovebox
