// `run --server`: the same run on a Glovebox server.
#pragma once

#include "cli/commands.h"
#include "cli/terminal.h"

namespace glovebox {

// Uploads, executes, prints; returns the exit code. The tool's output comes when it has ended, both
// of its streams on standard output. Blocks.
int run_remote(const RunCommand& command, const Terminal& terminal);

}  // namespace glovebox
