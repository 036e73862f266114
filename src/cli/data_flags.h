// The subcommands of `glovebox data`.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/commands.h"

namespace glovebox {

// Adds "data" with check, backup and restore. The caller adds their settings.
CLI::App* add_data_commands(CLI::App& app, DataCommand& data);

}  // namespace glovebox
