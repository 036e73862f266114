#include "cli/print_commands.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "base/near_miss.h"
#include "cli/help_text.h"
#include "cli/man_page.h"
#include "cli/settings_text.h"
#include "cli/shell_completion.h"

namespace glovebox {
namespace {

void list_man_pages(const CommandOutline& command, std::vector<std::string>& titles) {
  titles.push_back(man_title(command));
  for (const CommandOutline& sub : command.commands) list_man_pages(sub, titles);
}

const CommandOutline* find_by_title(const CommandOutline& command, const std::string& title) {
  if (man_title(command) == title) return &command;
  for (const CommandOutline& sub : command.commands) {
    if (const CommandOutline* found = find_by_title(sub, title)) return found;
  }
  return nullptr;
}

Result<std::string> print_man_page(const PrintFlags& flags, const CommandOutline& program) {
  std::vector<std::string> titles;
  list_man_pages(program, titles);
  if (flags.man_list) return fmt::format("{}\n", fmt::join(titles, "\n"));
  if (flags.man_page.empty()) return man_page(program);
  if (const CommandOutline* command = find_by_title(program, flags.man_page)) {
    return man_page(*command);
  }
  return validation_error(
      fmt::format("no page named \"{}\"{}", flags.man_page, did_you_mean(flags.man_page, titles)));
}

}  // namespace

void add_print_commands(CLI::App& app, PrintFlags& flags) {
  CLI::App* completion = app.add_subcommand("completion", std::string(help::kCompletion));
  completion->footer(std::string(help::kCompletionFooter));
  completion->add_option("SHELL", flags.shell, "bash, zsh or fish")->required()->type_name("");
  app.add_subcommand("config", std::string(help::kConfig))
      ->footer(std::string(help::kConfigFooter));
  CLI::App* man = app.add_subcommand("man", std::string(help::kMan))->group("");
  man->add_option("PAGE", flags.man_page, "Such as glovebox-key-create; none: the program's")
      ->type_name("");
  man->add_flag("--list", flags.man_list, "List the pages");
}

std::optional<Result<std::string>> print_command(const std::string& name, const PrintFlags& flags,
                                                 const CommandOutline& program) {
  if (name == "completion") return completion_script(flags.shell, program);
  if (name == "config") return Result<std::string>(settings_text());
  if (name != "man") return std::nullopt;
  return print_man_page(flags, program);
}

}  // namespace glovebox
