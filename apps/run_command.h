// `glovebox run`: a registered tool on this machine, with the same service as the server.
#pragma once

#include "cli/commands.h"
#include "cli/terminal.h"

namespace glovebox {

// Returns the exit code. Call while the process has one thread. `terminal` is the one of standard
// error.
int run_command(const RunCommand& command, const Terminal& terminal);

}  // namespace glovebox
