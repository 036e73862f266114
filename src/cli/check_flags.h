// The flags of `glovebox check`.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/commands.h"

namespace glovebox {

struct CheckFlags {
  CheckCommand command;
  std::vector<std::string> tools;  // each may name several, with commas
  std::string fail_on = "warning";
  std::vector<std::string> reports;  // "FORMAT=FILE"
};

// Adds "check". The caller adds its settings.
CLI::App* add_check_command(CLI::App& app, CheckFlags& flags);

// The parsed values. kValidation names the wrong flag.
Result<CheckCommand> finish_check_command(const CheckFlags& flags, Settings settings);

}  // namespace glovebox
