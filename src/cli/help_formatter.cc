#include "cli/help_formatter.h"

#include <fmt/format.h>

#include <memory>
#include <utility>
#include <vector>

namespace glovebox {
namespace {

constexpr std::size_t kColumn = 36;

bool is_below_key(const CLI::App& app) {
  return app.get_parent() != nullptr && app.get_parent()->get_name() == "key";
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

std::string usage_of(const CLI::App& app) {
  std::string text;
  for (const CLI::App* part = &app; part != nullptr; part = part->get_parent()) {
    text = part->get_name() + (text.empty() ? "" : " ") + text;
  }
  std::vector<const CLI::App*> commands = app.get_subcommands({});
  if (app.get_parent() == nullptr) {
    text += " COMMAND";
  } else if (!commands.empty()) {
    char separator = ' ';
    for (const CLI::App* command : commands) {
      text += std::exchange(separator, '|') + command->get_name();
    }
  }
  for (const CLI::Option* option : app.get_options({})) {
    if (!option->get_positional()) continue;
    std::string name = option->get_name(true, false);
    if (option->get_items_expected_max() > 1) name += "...";
    text += option->get_required() ? " " + name : fmt::format(" [{}]", name);
  }
  // What follows the dashes is not parsed.
  return text + (app.get_name() == "exec" ? " [OPTIONS] -- COMMAND ARG..." : " [OPTIONS]");
}

void set_up_help(CLI::App& app) {
  app.formatter(std::make_shared<HelpFormatter>());
  app.set_help_flag("-h,--help", "Show this help");
  app.set_version_flag("--version", GLOVEBOX_VERSION, "Show the version");
}

}  // namespace glovebox
