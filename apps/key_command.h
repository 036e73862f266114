// `glovebox key`: creates, lists and removes the keys of a keys file.
#pragma once

#include "cli/commands.h"
#include "cli/terminal.h"

namespace glovebox {

// Prints and returns the exit code. `terminal` is the one of standard output.
int key_command(const KeyCommand& command, const Terminal& terminal);

}  // namespace glovebox
