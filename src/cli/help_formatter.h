// How --help looks: CLI11's formatter with our own usage lines.
#pragma once

#include <CLI/CLI.hpp>

namespace glovebox {

// Call before any subcommand is added: they inherit it. Adds --help and --version.
void set_up_help(CLI::App& app);

}  // namespace glovebox
