// `check --server`: the same check on a Glovebox server.
#pragma once

#include "cli/commands.h"
#include "cli/terminal.h"

namespace glovebox {

// Uploads, starts a check-up, follows it, and writes the same reports as a local check. Returns the
// exit code of a local check; the first Ctrl-C cancels the check-up. Blocks.
int check_remote(const CheckCommand& command, const Terminal& progress, const Terminal& report);

}  // namespace glovebox
