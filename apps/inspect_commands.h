// `glovebox tools` and `glovebox doctor`.
#pragma once

#include "cli/commands.h"
#include "cli/terminal.h"

namespace glovebox {

// Each prints and returns the exit code. doctor forks, so call it while the process has one thread.
int tools_command(const ToolsCommand& command, const Terminal& terminal);
int doctor_command(const DoctorCommand& command, const Terminal& terminal);

}  // namespace glovebox
