// The subcommands of `glovebox key`.
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

// Adds "key" with create, list and remove. The caller adds their settings.
CLI::App* add_key_commands(CLI::App& app, KeyFlags& flags);

// The parsed values. kValidation names the wrong flag.
Result<KeyCommand> finish_key_command(const KeyFlags& flags, Settings settings);

}  // namespace glovebox
