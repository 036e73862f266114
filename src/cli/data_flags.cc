#include "cli/data_flags.h"

#include <string>

#include "cli/help_text.h"

namespace glovebox {
namespace {

CLI::App* add_action(CLI::App& data, DataCommand& command, DataAction action,
                     const std::string& name, std::string_view help) {
  CLI::App* added = data.add_subcommand(name, std::string(help));
  added->callback([&command, action] { command.action = action; });
  return added;
}

}  // namespace

CLI::App* add_data_commands(CLI::App& app, DataCommand& command) {
  CLI::App* data = app.add_subcommand("data", std::string(help::kData));
  data->footer(std::string(help::kDataFooter));
  add_action(*data, command, DataAction::kCheck, "check", help::kDataCheck);
  CLI::App* backup = add_action(*data, command, DataAction::kBackup, "backup", help::kDataBackup);
  backup->add_option("DIR", command.backup, "Target folder; must be empty or missing")
      ->required()
      ->type_name("");
  CLI::App* restore =
      add_action(*data, command, DataAction::kRestore, "restore", help::kDataRestore);
  restore->add_option("DIR", command.backup, "Folder made by 'glovebox data backup'")
      ->required()
      ->type_name("");
  return data;
}

}  // namespace glovebox
