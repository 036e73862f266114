// The commands below `glovebox data`.
#pragma once

#include <CLI/CLI.hpp>

#include "cli/commands.h"

namespace glovebox {

// Adds "data" with check, backup and restore; their settings are for the caller to add.
CLI::App* add_data_commands(CLI::App& app, DataCommand& data);

}  // namespace glovebox
