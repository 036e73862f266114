#include "cli/check_flags.h"

#include <fmt/format.h>

#include <sstream>

#include "cli/help_text.h"

namespace glovebox {
namespace {

Result<CheckReport> parse_report(const std::string& text) {
  std::size_t equals = text.find('=');
  std::string name = text.substr(0, equals);
  std::optional<ReportFormat> format = find_report_format(name);
  if (!format) {
    return validation_error(fmt::format(
        "--report: no format named \"{}\"; the formats are sarif, checkstyle, junit, gitlab, "
        "github and text",
        name));
  }
  if (equals == std::string::npos || equals + 1 == text.size()) {
    return validation_error(fmt::format(
        "--report {0} has no file; write {0}=FILE, or {0}=- for standard output", name));
  }
  return CheckReport{*format, text.substr(equals + 1)};
}

}  // namespace

CLI::App* add_check_command(CLI::App& app, CheckFlags& flags) {
  CLI::App* check = app.add_subcommand("check", std::string(help::kCheck));
  check->footer(std::string(help::kCheckFooter));
  check->add_option("PATH", flags.command.path, "Directory, archive or source file")
      ->required()
      ->type_name("");
  check
      ->add_option("--tools", flags.tools,
                   "Run these tools instead of all that suit; 'glovebox tools' lists them")
      ->type_name("A,B")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  check
      ->add_option("--fail-on", flags.fail_on,
                   "Least severity for exit code 1: error, warning or note [warning]")
      ->type_name("SEVERITY");
  check
      ->add_option("--report", flags.reports,
                   "Also write a report: sarif, checkstyle, junit, gitlab, github or text; '-' is "
                   "standard output, in place of the text; may be repeated")
      ->type_name("FORMAT=FILE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  check->add_flag("--json", flags.command.json, "Print one JSON object instead of the text");
  return check;
}

Result<CheckCommand> finish_check_command(const CheckFlags& flags, Settings settings) {
  CheckCommand command = flags.command;
  command.settings = std::move(settings);
  for (const std::string& text : flags.tools) {
    std::istringstream names(text);
    for (std::string name; std::getline(names, name, ',');) {
      if (!name.empty()) command.tools.push_back(name);
    }
  }
  if (!flags.tools.empty() && command.tools.empty()) {
    return validation_error("--tools names no tool; leave it out to run every tool that suits");
  }
  std::optional<FindingSeverity> fail_on = find_finding_severity(flags.fail_on);
  if (!fail_on) {
    return validation_error(
        fmt::format("--fail-on: \"{}\" is not error, warning or note", flags.fail_on));
  }
  command.fail_on = *fail_on;
  int on_stdout = command.json ? 1 : 0;
  for (const std::string& text : flags.reports) {
    GB_TRY(CheckReport report, parse_report(text));
    on_stdout += report.file == "-" ? 1 : 0;
    command.reports.push_back(std::move(report));
  }
  if (on_stdout > 1) {
    return validation_error("only one of --json and the reports can be on standard output");
  }
  return command;
}

}  // namespace glovebox
