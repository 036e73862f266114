// The commands and flags of the program as plain values, read from the parser. Shell completions
// and man pages are written from it, so that they never differ from --help.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace glovebox {

struct FlagOutline {
  std::string letter;      // "h"; empty: none
  std::string name;        // "help"; without dashes
  std::string value_name;  // "FILE"; empty: the flag takes no value
  std::string help;
  std::string group;  // heading in --help
};

struct ArgumentOutline {
  std::string name;  // "PATH"
  std::string help;
};

struct CommandOutline {
  std::vector<std::string> words;  // {"key", "create"}; empty: the program
  std::string usage;               // "glovebox key create NAME [OPTIONS]"
  std::string description;         // its first line is a summary
  std::string footer;              // exit codes, examples
  std::vector<ArgumentOutline> arguments;
  std::vector<FlagOutline> flags;
  std::vector<CommandOutline> commands;

  std::string summary() const;
  // "glovebox", "glovebox key create".
  std::string full_name() const;
};

CommandOutline outline_of(const CLI::App& app);

}  // namespace glovebox
