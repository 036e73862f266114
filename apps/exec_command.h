// `glovebox exec`: one command in a sandbox, without tools, jobs or a database.
#pragma once

#include "cli/commands.h"
#include "cli/terminal.h"

namespace glovebox {

// Returns the exit code. Call while the process has one thread.
int exec_command(const ExecCommand& command, const Terminal& terminal);

}  // namespace glovebox
