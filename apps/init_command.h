// `glovebox init`: writes a manifest for a tool of one's own.
#pragma once

#include "cli/commands.h"
#include "cli/terminal.h"

namespace glovebox {

// Asks on the terminal for what the flags leave out. `terminal` is the one of standard input.
int init_command(const InitCommand& command, const Terminal& terminal);

}  // namespace glovebox
