// `glovebox serve`: the server, its launcher and its stores, from start to drain.
#pragma once

#include "cli/commands.h"

namespace glovebox {

// Returns the exit code. Call while the process has one thread.
int serve_command(const ServeCommand& command);

}  // namespace glovebox
