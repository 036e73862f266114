// Commands that only print a text of the program: completions, manual pages, a configuration file.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "base/result.h"
#include "cli/command_outline.h"

namespace glovebox {

struct PrintFlags {
  std::string shell;
  std::string man_page;  // "glovebox-key-create"; empty: of the program
  bool man_list = false;
};

// `completion`, `config`, and `man`, which --help does not list.
void add_print_commands(CLI::App& app, PrintFlags& flags);

// The text of such a command, or what is wrong with its arguments; nothing for another command.
std::optional<Result<std::string>> print_command(const std::string& name, const PrintFlags& flags,
                                                 const CommandOutline& program);

}  // namespace glovebox
