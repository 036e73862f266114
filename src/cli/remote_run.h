// `run --server`: the same run on a Glovebox server.
#pragma once

#include "cli/commands.h"
#include "cli/terminal.h"

namespace glovebox {

// Uploads, executes, prints, and returns the exit code. Prints the tool's output after the tool has
// ended, both streams to standard output. Blocks.
int run_remote(const RunCommand& command, const Terminal& terminal);

}  // namespace glovebox
