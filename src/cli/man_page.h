// Manual pages in the format of man(7), from the program's own help.
#pragma once

#include <string>

#include "cli/command_outline.h"

namespace glovebox {

// "glovebox", "glovebox-key-create": the words are joined by hyphens, as those of git(1) are.
std::string man_title(const CommandOutline& command);
// The page of one command; that of the program lists all commands.
std::string man_page(const CommandOutline& command);

}  // namespace glovebox
