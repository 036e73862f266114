#include "cli/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>

#include "base/near_miss.h"
#include "cli/check_flags.h"
#include "cli/command_outline.h"
#include "cli/data_flags.h"
#include "cli/help_formatter.h"
#include "cli/help_text.h"
#include "cli/image_flags.h"
#include "cli/key_flags.h"
#include "cli/limit_flags.h"
#include "cli/print_commands.h"

namespace glovebox {
namespace {

constexpr int kOurFailure = 125;
constexpr int kUsage = 2;

// What the flags set, before it is merged with variables and the file.
struct Flags {
  std::string config;
  std::map<std::string, std::vector<std::string>> settings;  // by flag
  RunCommand run;
  CheckFlags check;
  McpCommand mcp;
  ExecCommand exec;
  ToolsCommand tools;
  DoctorCommand doctor;
  KeyFlags key;
  DataCommand data;
  InitCommand init;
  PrintFlags print;
  ImageFlags image;
  std::string run_timeout;
  LimitTexts exec_limits;
};

std::string with_default(const SettingSpec& spec) {
  std::string text = setting_text(spec, Settings());
  return text.empty() ? std::string(spec.help) : fmt::format("{} [{}]", spec.help, text);
}

void add_setting(CLI::App& command, const SettingSpec& spec, Flags& flags) {
  std::string names = setting_flag(spec);
  if (!spec.alias.empty()) names = fmt::format("--{},{}", spec.alias, names);
  auto* option = command.add_option(names, flags.settings[setting_flag(spec)], with_default(spec));
  option->type_name(std::string(spec.value_name))
      ->expected(1)
      ->group(fmt::format("[{}]", spec.section));
  option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

using Sections = std::vector<std::string_view>;

// Adds the settings of these sections that apply to a command other than serve. Adds all for serve.
void add_settings(CLI::App& command, SettingScope scope, const Sections& sections, Flags& flags) {
  command.add_option("--config", flags.config, "TOML file with settings")->type_name("FILE");
  for (const SettingSpec& spec : setting_specs()) {
    bool here = std::find(sections.begin(), sections.end(), spec.section) != sections.end();
    bool wanted = scope == SettingScope::kServe || (spec.scope == SettingScope::kLocal && here);
    if (wanted) add_setting(command, spec, flags);
  }
}

void add_serve(CLI::App& app, Flags& flags) {
  CLI::App* serve = app.add_subcommand("serve", std::string(help::kServe));
  serve->footer(std::string(help::kServeFooter));
  add_settings(*serve, SettingScope::kServe, {}, flags);
}

void add_server_flags(CLI::App& command, ServerAccess& access) {
  CLI::Option* server =
      command.add_option("--server", access.server, "Run on that Glovebox server");
  server->type_name("URL");
  command
      .add_option("--key-file", access.key_file,
                  "File with the server's API key [GLOVEBOX_API_KEY]")
      ->type_name("FILE")
      ->needs(server);
}

void add_run(CLI::App& app, Flags& flags) {
  CLI::App* run = app.add_subcommand("run", std::string(help::kRun));
  run->footer(fmt::format("{}\n\n{}", help::kExitCodes, help::kRunFooter));
  RunCommand& command = flags.run;
  run->add_option("TOOL", command.tool, "Tool id; 'glovebox tools' lists them")
      ->required()
      ->type_name("");
  run->add_option("PATH", command.path, "Directory, zip, tar, tar.gz, tar.bz2, tar.xz or tar.zst")
      ->required()
      ->type_name("");
  run->add_option("-p,--param", command.parameters, "Tool parameter; may be repeated")
      ->type_name("NAME=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  run->add_option("--timeout", flags.run_timeout, "Time limit, if lower than the tool's own")
      ->type_name("TIME");
  add_server_flags(*run, command);
  run->add_option("--artifacts", command.artifacts_dir,
                  "Save the files that the tool creates there")
      ->type_name("DIR");
  run->add_flag("--json", command.json, "Print one JSON object instead of the output");
  add_settings(*run, SettingScope::kLocal, {"tools", "limits", "isolation"}, flags);
}

void add_check(CLI::App& app, Flags& flags) {
  CLI::App* check = add_check_command(app, flags.check);
  add_server_flags(*check, flags.check.command);
  add_settings(*check, SettingScope::kLocal, {"tools", "limits", "isolation"}, flags);
}

void add_mcp(CLI::App& app, Flags& flags) {
  CLI::App* mcp = app.add_subcommand("mcp", std::string(help::kMcp));
  mcp->footer(std::string(help::kMcpFooter));
  mcp->add_option("FOLDER", flags.mcp.folders, "Folders that the client may have checked")
      ->type_name("");
  add_settings(*mcp, SettingScope::kLocal, {"tools", "limits", "isolation"}, flags);
}

void add_exec(CLI::App& app, Flags& flags) {
  CLI::App* exec = app.add_subcommand("exec", std::string(help::kExec));
  exec->footer(fmt::format("{}\n{}", help::kExitCodes, help::kExecFooter));
  ExecCommand& command = flags.exec;
  exec->add_option("--project", command.project, "Directory or archive to copy to /work")
      ->type_name("DIR");
  add_limit_flags(*exec, flags.exec_limits);
  exec->add_option("--env", command.environment, "Environment variable; may be repeated")
      ->type_name("NAME=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  exec->add_option("--artifacts", command.artifacts_dir, "Save created and changed files there")
      ->type_name("DIR");
  exec->add_flag("--json", command.json, "Print one JSON object instead of the output");
  add_settings(*exec, SettingScope::kLocal, {"limits", "isolation"}, flags);
}

void add_tools(CLI::App& app, Flags& flags) {
  CLI::App* tools = app.add_subcommand("tools", std::string(help::kTools));
  tools->footer(std::string(help::kToolsFooter));
  tools->add_option("--check", flags.tools.check_dir, "Check the manifests of this directory")
      ->type_name("DIR");
  tools->add_option("--suits", flags.tools.suits, "List those that take files of this project")
      ->type_name("PATH");
  tools->add_flag("--json", flags.tools.json, "Print JSON");
  add_settings(*tools, SettingScope::kLocal, {"tools", "limits"}, flags);
}

void add_doctor(CLI::App& app, Flags& flags) {
  CLI::App* doctor = app.add_subcommand("doctor", std::string(help::kDoctor));
  doctor->add_flag("--json", flags.doctor.json, "Print JSON");
  add_settings(*doctor, SettingScope::kLocal, {"tools", "isolation"}, flags);
}

void add_key(CLI::App& app, Flags& flags) {
  CLI::App* key = add_key_commands(app, flags.key);
  for (CLI::App* command : key->get_subcommands({})) {
    add_settings(*command, SettingScope::kLocal, {"auth"}, flags);
  }
}

void add_data(CLI::App& app, Flags& flags) {
  CLI::App* data = add_data_commands(app, flags.data);
  for (CLI::App* command : data->get_subcommands({})) {
    command->add_option("--config", flags.config, "TOML file with settings")->type_name("FILE");
    for (const SettingSpec& spec : setting_specs()) {
      if (spec.key == "data_dir") add_setting(*command, spec, flags);
    }
  }
}

void add_init(CLI::App& app, Flags& flags) {
  CLI::App* init = app.add_subcommand("init", std::string(help::kInit));
  init->footer(std::string(help::kInitFooter));
  InitCommand& command = flags.init;
  init->add_option("FILE", command.file, "File to write [the program's name .toml]")->type_name("");
  init->add_option("--command", command.command, "The command as one text")->type_name("LINE");
  init->add_option("--inputs", command.inputs, "The files that it is for")->type_name("GLOBS");
  init->add_option("--finding-codes", command.finding_codes, "Its exit codes for findings")
      ->type_name("CODES");
  init->add_option("--findings", command.findings, "The format of its findings: gnu, sarif, ...")
      ->type_name("FORMAT");
}

void add_image(CLI::App& app, Flags& flags) {
  CLI::App* image = add_image_commands(app, flags.image);
  for (CLI::App* command : image->get_subcommands({})) {
    add_settings(*command, SettingScope::kLocal, {"tools"}, flags);
  }
}

// Applies the file, then variables, then flags. Later values override earlier ones.
Result<Settings> weigh(const Flags& flags, const Environment& environment) {
  Settings settings;
  std::string config = flags.config;
  if (const char* variable = environment("GLOVEBOX_CONFIG"); config.empty() && variable) {
    config = variable;
  }
  if (!config.empty()) GB_TRY_VOID(read_settings_file(config, settings));
  GB_TRY_VOID(read_settings_environment(environment, settings));
  for (const SettingSpec& spec : setting_specs()) {
    auto given = flags.settings.find(setting_flag(spec));
    if (given == flags.settings.end() || given->second.empty()) continue;
    std::vector<std::string> texts;
    for (const std::string& text : given->second) {
      for (std::string& part : split_setting(spec, text)) texts.push_back(std::move(part));
    }
    Result<void> set = set_setting(settings, spec, texts);
    if (set.has_error()) return std::move(set).error().with_context(setting_flag(spec));
  }
  return settings;
}

Result<Command> finish(const std::string& name, Flags& flags, std::vector<std::string> argv,
                       const Environment& environment) {
  GB_TRY(Settings settings, weigh(flags, environment));
  if (name == "serve") return Command(ServeCommand{settings});
  if (name == "run") {
    if (!flags.run_timeout.empty()) {
      GB_TRY(flags.run.timeout, parse_time_limit("--timeout", flags.run_timeout));
    }
    if (const char* key = environment("GLOVEBOX_API_KEY"); key != nullptr) flags.run.api_key = key;
    flags.run.settings = settings;
    return Command(flags.run);
  }
  if (name == "check") {
    if (const char* key = environment("GLOVEBOX_API_KEY"); key != nullptr) {
      flags.check.command.api_key = key;
    }
    GB_TRY(CheckCommand command, finish_check_command(flags.check, std::move(settings)));
    return Command(std::move(command));
  }
  if (name == "mcp") {
    flags.mcp.settings = std::move(settings);
    return Command(flags.mcp);
  }
  if (name == "exec") {
    if (argv.empty()) {
      return validation_error(
          "no command to execute; write it after --, as in: glovebox exec -- id");
    }
    GB_TRY(flags.exec.limits, parse_limits(flags.exec_limits));
    flags.exec.settings = settings;
    flags.exec.argv = std::move(argv);
    return Command(flags.exec);
  }
  if (name == "init") return Command(flags.init);
  if (name == "tools") {
    flags.tools.settings = settings;
    return Command(flags.tools);
  }
  if (name == "data") {
    flags.data.settings = std::move(settings);
    return Command(flags.data);
  }
  if (name == "image") {
    GB_TRY(ImageCommand command, finish_image_command(flags.image, std::move(settings)));
    return Command(std::move(command));
  }
  if (name == "key") {
    GB_TRY(KeyCommand command, finish_key_command(flags.key, std::move(settings)));
    return Command(std::move(command));
  }
  flags.doctor.settings = settings;
  return Command(flags.doctor);
}

// The innermost subcommand: "create" for `glovebox key create …`.
CLI::App& innermost(CLI::App& command) {
  std::vector<CLI::App*> named = command.get_subcommands();
  return named.empty() ? command : *named.back();
}

// "serve", "key create"; "" if there is no subcommand.
std::string full_name(CLI::App* command) {
  if (command == nullptr) return "";
  CLI::App& last = innermost(*command);
  return command->get_name() + (&last == command ? "" : " " + last.get_name());
}

// "cppchek" is not a command, but a similar word may be one.
std::string unknown_command(const CLI::App& app, const std::string& word) {
  std::vector<std::string> commands;
  for (const CLI::App* command : app.get_subcommands({})) commands.push_back(command->get_name());
  return fmt::format("no command named {}{}", in_quotes(word), did_you_mean(word, commands));
}

PrintCommand mistake(const std::string& command, std::string_view message) {
  bool tool_code = command == "run" || command == "check" || command == "mcp" || command == "exec";
  return PrintCommand{fmt::format("glovebox: {}\nTry 'glovebox {}--help'.\n", message,
                                  command.empty() ? "" : command + " "),
                      true, tool_code ? kOurFailure : kUsage};
}

// The mistake for a command with actions, such as `glovebox key`, without an action. Nothing if an
// action or a flag follows.
std::optional<PrintCommand> mistaken_action(const CLI::App& group,
                                            const std::vector<std::string>& arguments) {
  if (arguments.size() < 2) return PrintCommand{group.help(), true, kUsage};
  const std::string prefix = group.get_name() + " ";
  const std::string word = prefix + arguments[1];
  std::vector<std::string> actions;
  for (const CLI::App* action : group.get_subcommands({})) {
    actions.push_back(prefix + action->get_name());
  }
  bool known = std::find(actions.begin(), actions.end(), word) != actions.end();
  if (known || arguments[1].starts_with("-")) return std::nullopt;
  return mistake(group.get_name(), fmt::format("no command named {}{}", in_quotes(word),
                                               did_you_mean(word, actions)));
}

std::string unknown_argument(const CLI::App& command) {
  std::vector<std::string> extras = command.remaining();
  if (extras.empty()) return "unexpected argument on the command line";
  auto flag = std::find_if(extras.begin(), extras.end(),
                           [](const std::string& extra) { return extra.starts_with("-"); });
  if (flag == extras.end()) return fmt::format("unexpected argument {}", in_quotes(extras.front()));
  std::vector<std::string> known;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
  }
  return fmt::format("no flag named {}{}", in_quotes(*flag), did_you_mean(*flag, known));
}

// Text after `--` is the command to execute and is not parsed.
std::vector<std::string> take_command(std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments.front() != "exec") return {};
  auto dashes = std::find(arguments.begin(), arguments.end(), "--");
  if (dashes == arguments.end()) return {};
  std::vector<std::string> argv(dashes + 1, arguments.end());
  arguments.erase(dashes, arguments.end());
  return argv;
}

}  // namespace

Command parse_command_line(std::vector<std::string> arguments, const Environment& environment) {
  CLI::App app(std::string(help::kAbout), "glovebox");
  Flags flags;
  set_up_help(app);
  app.footer(std::string(help::kFooter));
  add_serve(app, flags);
  add_run(app, flags);
  add_check(app, flags);
  add_mcp(app, flags);
  add_exec(app, flags);
  add_tools(app, flags);
  add_doctor(app, flags);
  add_key(app, flags);
  add_data(app, flags);
  add_init(app, flags);
  add_print_commands(app, flags.print);
  add_image(app, flags);

  if (arguments.empty()) return PrintCommand{app.help(), true, kUsage};
  std::string first = arguments.front();
  auto named = app.get_subcommands([&](CLI::App* sub) { return sub->get_name() == first; });
  CLI::App* command = named.empty() ? nullptr : named.front();
  std::string name = command == nullptr ? "" : first;
  if (command == nullptr && !first.starts_with("-"))
    return mistake("", unknown_command(app, first));
  if (name == "key" || name == "data" || name == "image") {
    if (auto mistaken = mistaken_action(*command, arguments)) return *mistaken;
  }
  std::vector<std::string> argv = take_command(arguments);
  std::reverse(arguments.begin(), arguments.end());  // in the order that CLI11 expects
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::CallForHelp&) {
    return PrintCommand{command == nullptr ? app.help() : command->help(), false, 0};
  } catch (const CLI::CallForVersion&) {
    return PrintCommand{"glovebox " GLOVEBOX_VERSION "\n", false, 0};
  } catch (const CLI::ExtrasError&) {
    return mistake(full_name(command),
                   unknown_argument(command == nullptr ? app : innermost(*command)));
  } catch (const CLI::ParseError& error) {
    return mistake(full_name(command), error.what());
  }
  if (command == nullptr) return PrintCommand{app.help(), true, kUsage};
  if (auto text = print_command(name, flags.print, outline_of(app))) {
    return text->has_error() ? mistake(name, text->error().message())
                             : PrintCommand{std::move(**text), false, 0};
  }
  Result<Command> finished = finish(name, flags, std::move(argv), environment);
  if (finished.has_error()) return mistake(full_name(command), finished.error().message());
  return std::move(finished).value();
}

}  // namespace glovebox
