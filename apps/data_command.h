// `glovebox data`: checks, backs up and restores a server's data directory.
#pragma once

#include "cli/commands.h"

namespace glovebox {

// Prints, and returns the exit code: 1 if there is a problem or the command was refused.
int data_command(const DataCommand& command);

}  // namespace glovebox
