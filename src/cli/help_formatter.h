// The format of --help: CLI11's formatter with our own usage lines.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace glovebox {

// Call this before any subcommand is added, because subcommands inherit it. Adds --help and
// --version.
void set_up_help(CLI::App& app);

// "glovebox key create NAME [OPTIONS]".
std::string usage_of(const CLI::App& app);

}  // namespace glovebox
