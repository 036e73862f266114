// `glovebox check`: every tool that suits a project, on this machine.
#pragma once

#include "cli/commands.h"
#include "cli/terminal.h"

namespace glovebox {

// Returns the exit code. `progress` is standard error, `report` standard output. Blocks.
int check_command(const CheckCommand& command, const Terminal& progress, const Terminal& report);

}  // namespace glovebox
