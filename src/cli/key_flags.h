// The commands below `glovebox key`.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "base/result.h"
#include "cli/commands.h"

namespace glovebox {

struct KeyFlags {
  KeyCommand command;
  std::string expires;
};

// Adds "key" with create, list and remove; their settings are for the caller to add.
CLI::App* add_key_commands(CLI::App& app, KeyFlags& flags);

// What was parsed. kValidation names the flag that is wrong.
Result<KeyCommand> finish_key_command(const KeyFlags& flags, Settings settings);

}  // namespace glovebox
