#include "cli/command_outline.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/help_formatter.h"

namespace glovebox {
namespace {

FlagOutline flag_of(const CLI::Option& option) {
  FlagOutline flag;
  if (!option.get_snames().empty()) flag.letter = option.get_snames().front();
  if (!option.get_lnames().empty()) flag.name = option.get_lnames().front();
  if (option.get_type_size() != 0) flag.value_name = option.get_type_name();
  flag.help = option.get_description();
  flag.group = option.get_group();
  return flag;
}

CommandOutline outline_below(const CLI::App& app, const std::vector<std::string>& words) {
  CommandOutline outline;
  outline.words = words;
  outline.usage = usage_of(app);
  outline.description = app.get_description();
  outline.footer = app.get_footer();
  for (const CLI::Option* option : app.get_options({})) {
    if (option->get_positional()) {
      outline.arguments.push_back({option->get_name(true, false), option->get_description()});
    } else if (!option->get_group().empty()) {  // a hidden option has no group
      outline.flags.push_back(flag_of(*option));
    }
  }
  for (const CLI::App* command : app.get_subcommands({})) {
    if (command->get_group().empty()) continue;  // hidden from --help
    std::vector<std::string> longer = words;
    longer.push_back(command->get_name());
    outline.commands.push_back(outline_below(*command, longer));
  }
  return outline;
}

}  // namespace

std::string CommandOutline::summary() const {
  return description.substr(0, description.find('\n'));
}

std::string CommandOutline::full_name() const {
  return words.empty() ? "glovebox" : fmt::format("glovebox {}", fmt::join(words, " "));
}

CommandOutline outline_of(const CLI::App& app) {
  return outline_below(app, {});
}

}  // namespace glovebox
