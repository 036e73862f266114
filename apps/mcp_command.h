// `glovebox mcp`: the Model Context Protocol on standard input and output, with a local sandbox.
#pragma once

#include "cli/commands.h"

namespace glovebox {

int mcp_command(const McpCommand& command);

}  // namespace glovebox
