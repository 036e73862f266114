#include "cli/key_flags.h"

#include <utility>

#include "cli/help_text.h"
#include "cli/limit_flags.h"

namespace glovebox {
namespace {

constexpr std::int64_t kLargestLimit = 1'000'000;

CLI::App* add_action(CLI::App& key, KeyFlags& flags, KeyAction action, const std::string& name,
                     std::string_view help, std::string_view footer) {
  CLI::App* command = key.add_subcommand(name, std::string(help));
  command->footer(std::string(footer));
  command->callback([&flags, action] { flags.command.action = action; });
  return command;
}

void add_name(CLI::App& command, KeyFlags& flags, const std::string& help) {
  command.add_option("NAME", flags.command.name, help)->required()->type_name("");
}

void add_limit(CLI::App& command, const std::string& flag, std::optional<std::int64_t>& value,
               const std::string& help) {
  command.add_option(flag, value, help)
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{0}, kLargestLimit).description(""));
}

}  // namespace

CLI::App* add_key_commands(CLI::App& app, KeyFlags& flags) {
  CLI::App* key = app.add_subcommand("key", std::string(help::kKey));
  key->footer(std::string(help::kKeyFooter));
  CLI::App* create = add_action(*key, flags, KeyAction::kCreate, "create", help::kKeyCreate,
                                help::kKeyCreateFooter);
  add_name(*create, flags, "Name of its user: letters, digits and . _ @ -");
  add_limit(*create, "--hourly", flags.command.hourly,
            "Executions per hour instead of the server's limit; 0: no limit");
  add_limit(*create, "--concurrent", flags.command.concurrent,
            "Jobs queued or running at once, instead of the server's limit; 0: no limit");
  create
      ->add_option("--expires", flags.expires, "How long the key is valid, such as 90d [no expiry]")
      ->type_name("TIME");
  CLI::App* list = add_action(*key, flags, KeyAction::kList, "list", help::kKeyList, "");
  list->add_flag("--json", flags.command.json, "Print JSON");
  CLI::App* remove = add_action(*key, flags, KeyAction::kRemove, "remove", help::kKeyRemove, "");
  add_name(*remove, flags, "As listed by 'glovebox key list'");
  return key;
}

Result<KeyCommand> finish_key_command(const KeyFlags& flags, Settings settings) {
  KeyCommand command = flags.command;
  command.settings = std::move(settings);
  if (!flags.expires.empty()) {
    GB_TRY(command.expires_after, parse_time_limit("--expires", flags.expires));
  }
  if (command.settings.keys_file.empty()) {
    return validation_error(
        "no keys file given; use --keys-file FILE, GLOVEBOX_KEYS_FILE, or keys_file under [auth] "
        "in the --config file, with the same value as for the server");
  }
  return command;
}

}  // namespace glovebox
