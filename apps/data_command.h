// `glovebox data`: checks, copies and puts back a server's data directory.
#pragma once

#include "cli/commands.h"

namespace glovebox {

// Prints and returns the exit code: 1 where something is wrong or was refused.
int data_command(const DataCommand& command);

}  // namespace glovebox
