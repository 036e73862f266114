#include "cli/man_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sstream>

namespace glovebox {
namespace {

// Text that groff prints as it is. A line must not begin with a control character.
std::string escape_for_man(std::string_view text) {
  std::string out;
  bool line_starts = true;
  for (char c : text) {
    if (line_starts && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '\'') {
      out += "\\(aq";
    } else {
      out += c;
    }
    line_starts = c == '\n';
  }
  return out;
}

std::string man_flag(const FlagOutline& flag) {
  std::string names;
  if (!flag.letter.empty()) names = fmt::format("\\fB\\-{}\\fR, ", flag.letter);
  names += fmt::format("\\fB\\-\\-{}\\fR", escape_for_man(flag.name));
  if (!flag.value_name.empty())
    names += fmt::format(" \\fI{}\\fR", escape_for_man(flag.value_name));
  return fmt::format(".TP\n{}\n{}\n", names, escape_for_man(flag.help));
}

std::string man_options(const CommandOutline& command) {
  std::string text = ".SH OPTIONS\n";
  std::string group = command.flags.empty() ? "" : command.flags.front().group;
  for (const FlagOutline& flag : command.flags) {
    if (flag.group != group) text += fmt::format(".SS {}\n", escape_for_man(flag.group));
    group = flag.group;
    text += man_flag(flag);
  }
  return text;
}

// The rest of the description; the summary is in NAME.
std::string man_description(const CommandOutline& command) {
  std::string text = command.description;
  if (!command.words.empty() && text.find('\n') != std::string::npos) {
    text.erase(0, text.find('\n') + 1);
  }
  return fmt::format(".SH DESCRIPTION\n{}\n", escape_for_man(text));
}

// Exit codes and examples, as they are laid out in --help.
std::string man_footer(const std::string& footer) {
  if (footer.empty()) return "";
  return fmt::format(".SH NOTES\n.nf\n{}\n.fi\n", escape_for_man(footer));
}

std::string man_commands(const CommandOutline& command) {
  if (command.commands.empty()) return "";
  std::string text = ".SH COMMANDS\n";
  for (const CommandOutline& sub : command.commands) {
    text += fmt::format(".TP\n\\fB{}\\fR(1)\n{}\n", escape_for_man(man_title(sub)),
                        escape_for_man(sub.summary()));
  }
  return text;
}

std::string man_arguments(const CommandOutline& command) {
  std::string text;
  for (const ArgumentOutline& argument : command.arguments) {
    text += fmt::format(".TP\n\\fI{}\\fR\n{}\n", escape_for_man(argument.name),
                        escape_for_man(argument.help));
  }
  return text.empty() ? "" : ".SH ARGUMENTS\n" + text;
}

// NAME has no full stop and begins in lower case, so that apropos(1) lists it well.
std::string man_summary(const CommandOutline& command) {
  if (command.words.empty()) return "run command\\-line tools on projects, each run isolated";
  std::string summary = command.summary();
  if (!summary.empty() && summary.back() == '.') summary.pop_back();
  if (!summary.empty() && summary.front() >= 'A' && summary.front() <= 'Z') {
    summary.front() = static_cast<char>(summary.front() - 'A' + 'a');
  }
  return escape_for_man(summary);
}

}  // namespace

std::string man_title(const CommandOutline& command) {
  return command.words.empty() ? "glovebox"
                               : fmt::format("glovebox-{}", fmt::join(command.words, "-"));
}

std::string man_page(const CommandOutline& command) {
  std::string title = man_title(command);
  std::ostringstream page;
  page << ".TH " << fmt::format("\"{}\"", title) << " 1 \"\" \"glovebox " GLOVEBOX_VERSION
       << "\" \"Glovebox\"\n.SH NAME\n"
       << escape_for_man(title) << " \\- " << man_summary(command) << "\n.SH SYNOPSIS\n.nf\n"
       << escape_for_man(command.usage) << "\n.fi\n"
       << man_description(command) << man_commands(command) << man_arguments(command)
       << man_options(command) << man_footer(command.footer);
  if (!command.words.empty()) page << ".SH SEE ALSO\n\\fBglovebox\\fR(1)\n";
  return page.str();
}

}  // namespace glovebox
