#include "cli/help_formatter.h"

#include <fmt/format.h>

#include <memory>

namespace glovebox {
namespace {

constexpr std::size_t kColumn = 36;

bool is_below_key(const CLI::App& app) {
  return app.get_parent() != nullptr && app.get_parent()->get_name() == "key";
}

std::string usage_of(const CLI::App& app) {
  std::string command = app.get_name();
  if (is_below_key(app)) {
    return fmt::format("glovebox key {}{} [OPTIONS]", command, command == "list" ? "" : " NAME");
  }
  if (command == "key") return "glovebox key create|list|remove [OPTIONS]";
  if (command == "run") return "glovebox run TOOL PATH [OPTIONS]";
  if (command == "exec") return "glovebox exec [OPTIONS] -- COMMAND ARG...";
  if (command == "glovebox") return "glovebox COMMAND [OPTIONS]";
  return fmt::format("glovebox {} [OPTIONS]", command);
}

class HelpFormatter final : public CLI::Formatter {
 public:
  HelpFormatter() {
    column_width(kColumn);
    label("REQUIRED", "");
    label("Positionals", "Commands");
  }
  // Prints the description, a blank line and the usage.
  std::string make_description(const CLI::App* app) const override {
    return app->get_description() + "\n\n";
  }
  std::string make_usage(const CLI::App* app, std::string) const override {
    return fmt::format("Usage: {}\n", usage_of(*app));
  }
  std::string make_positionals(const CLI::App* app) const override {
    if (!is_below_key(*app)) return CLI::Formatter::make_positionals(app);
    auto positional = [](const CLI::Option* option) { return option->get_positional(); };
    auto options = app->get_options(positional);
    return options.empty() ? "" : make_group("Key", true, options);
  }
  // The list of commands shows only the first line.
  std::string make_subcommand(const CLI::App* sub) const override {
    std::string text = sub->get_description();
    return fmt::format("  {:<{}}{}\n", sub->get_name(), kColumn - 2,
                       text.substr(0, text.find('\n')));
  }
  // CLI11 puts two blank lines between groups.
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override {
    std::string text = CLI::Formatter::make_help(app, std::move(name), mode);
    for (std::size_t at; (at = text.find("\n\n\n")) != std::string::npos;) text.erase(at, 1);
    return text;
  }
  std::string make_group(std::string group, bool is_positional,
                         std::vector<const CLI::Option*> options) const override {
    std::string text = fmt::format("\n{}:\n", group);
    for (const CLI::Option* option : options) text += make_option(option, is_positional);
    return text;
  }
  // Omits the second spelling of a flag.
  std::string make_option_name(const CLI::Option* option, bool is_positional) const override {
    const auto& names = option->get_lnames();
    if (is_positional || names.empty()) return option->get_name(is_positional, false);
    std::string letter = option->get_snames().empty() ? "" : "-" + option->get_snames()[0] + ", ";
    return letter + "--" + names[0];
  }
  // Prints only the value's name. The description has what CLI11 would add.
  std::string make_option_opts(const CLI::Option* option) const override {
    std::string type = option->get_type_size() == 0 ? "" : option->get_type_name();
    return type.empty() ? "" : " " + type;
  }
};

}  // namespace

void set_up_help(CLI::App& app) {
  app.formatter(std::make_shared<HelpFormatter>());
  app.set_help_flag("-h,--help", "Show this help");
  app.set_version_flag("--version", GLOVEBOX_VERSION, "Show the version");
}

}  // namespace glovebox
