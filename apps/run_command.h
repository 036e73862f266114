// `glovebox run`: a registered tool on this machine, through the same service that the server has.
#pragma once

#include "cli/commands.h"
#include "cli/terminal.h"

namespace glovebox {

// Returns the exit code. Call while the process has one thread. `terminal` is standard error's.
int run_command(const RunCommand& command, const Terminal& terminal);

}  // namespace glovebox
