#include "cli/manifest_draft.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

namespace glovebox {
namespace {

constexpr std::string_view kOnlyForAShell = "|&;<>()$`\n";
constexpr std::string_view kBlanks = " \t";

// A string of TOML; what is written here comes from one line and has no control characters.
std::string toml_string(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string toml_strings(const std::vector<std::string>& texts) {
  std::vector<std::string> quoted;
  for (const std::string& text : texts) quoted.push_back(toml_string(text));
  return fmt::format("[{}]", fmt::join(quoted, ", "));
}

// Splits at blanks outside of quotes; a backslash quotes the next character, but not in '...'.
class CommandSplitter {
 public:
  explicit CommandSplitter(std::string_view line) : rest_(line) {}

  Result<std::vector<std::string>> split() {
    while (!rest_.empty()) GB_TRY_VOID(take(next()));
    if (quote_ != 0) return validation_error(fmt::format("the quote {} is not closed", quote_));
    end_word();
    return std::move(words_);
  }

 private:
  char next() {
    char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  Result<void> take(char c) {
    if (quote_ != 0 && c == quote_) {
      quote_ = 0;
    } else if (quote_ == '\'') {
      add(c);
    } else if (c == '\\' && !rest_.empty()) {
      add(next());
    } else if (quote_ == 0 && (c == '\'' || c == '"')) {
      quote_ = c;
      in_word_ = true;
    } else if (quote_ == 0 && kBlanks.find(c) != kBlanks.npos) {
      end_word();
    } else if (needs_shell(c)) {
      return validation_error(
          fmt::format("'{}' needs a shell, and a tool's command is run without one; put the "
                      "commands into a script of the project, or quote it",
                      c));
    } else {
      add(c);
    }
    return ok();
  }

  // Braces are our own placeholders, and globs are for the tool.
  bool needs_shell(char c) const {
    return quote_ == 0 ? kOnlyForAShell.find(c) != kOnlyForAShell.npos : c == '$' || c == '`';
  }
  void add(char c) {
    word_ += c;
    in_word_ = true;
  }
  void end_word() {
    if (in_word_) words_.push_back(std::move(word_));
    word_.clear();
    in_word_ = false;
  }

  std::string_view rest_;
  char quote_ = 0;
  bool in_word_ = false;
  std::string word_;
  std::vector<std::string> words_;
};

}  // namespace

Result<std::vector<std::string>> split_command(std::string_view line) {
  GB_TRY(std::vector<std::string> words, CommandSplitter(line).split());
  if (words.empty()) return validation_error("the command is empty");
  return words;
}

Result<std::vector<int>> parse_exit_codes(std::string_view text) {
  std::vector<int> codes;
  while (!text.empty()) {
    std::size_t start = text.find_first_not_of(" \t,");
    if (start == text.npos) break;
    text.remove_prefix(start);
    std::string_view word = text.substr(0, text.find_first_of(" \t,"));
    text.remove_prefix(word.size());
    int code = -1;
    auto [end, failure] = std::from_chars(word.data(), word.data() + word.size(), code);
    if (failure != std::errc() || end != word.data() + word.size() || code < 0 || code > 255) {
      return validation_error(
          fmt::format("\"{}\" is not an exit code; they are numbers from 0 to 255", word));
    }
    codes.push_back(code);
  }
  return codes;
}

std::string draft_id(const ManifestDraft& draft) {
  std::string_view program = draft.command.front();
  program = program.substr(program.rfind('/') + 1);
  std::string id;
  for (char c : program.substr(0, 64)) {
    bool upper = c >= 'A' && c <= 'Z';
    bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    id += upper ? static_cast<char>(c - 'A' + 'a') : plain ? c : '-';
  }
  std::size_t first = id.find_first_not_of('-');
  return first == id.npos ? "tool" : id.substr(first, id.find_last_not_of('-') + 1 - first);
}

std::string manifest_text(const ManifestDraft& draft) {
  const std::string id = draft_id(draft);
  std::vector<std::string> inputs = draft.inputs;
  if (inputs.empty()) inputs = {"*"};
  std::string text = fmt::format(
      R"(# A tool of Glovebox. Check it with 'glovebox tools --check', then run it on a project.
id = {0}                    # in addresses and on the command line: a-z, 0-9 and -
name = {0}                  # what people see
description = "Runs {1} on the project."
category = "Static analysis"
command = {2}  # an argv, no shell; {{cpus}} and {{NAME}} of a parameter are filled in
version = [{3}, "--version"]     # its first line is shown as the version
inputs = {4}                # the files that the tool takes
timeout = "60s"
)",
      toml_string(id), id, toml_strings(draft.command), toml_string(draft.command.front()),
      toml_strings(inputs));
  // 0 is clean unless it is declared otherwise.
  bool zero_finds = std::ranges::find(draft.finding_codes, 0) != draft.finding_codes.end();
  if (draft.finding_codes.empty()) {
    text +=
        "\n# Uncomment to give runs a verdict; codes that are not listed are failures of the "
        "tool.\n"
        "#[exit_codes]\n#clean = [0]\n#findings = [1]\n";
  } else {
    text += fmt::format(
        "\n[exit_codes]                  # any other code is a failure of the tool\n{}findings = "
        "[{}]\n",
        zero_finds ? "" : "clean = [0]\n", fmt::join(draft.finding_codes, ", "));
  }
  if (draft.findings.empty()) {
    text +=
        "\n# Uncomment to read places in the source from the output; docs/findings.md has the "
        "formats.\n#[findings]\n#format = \"gnu\"\n";
  } else {
    text += fmt::format(
        "\n[findings]                    # how places are read from the output\nformat = {}\n",
        toml_string(draft.findings));
  }
  return text + R"(
[limits]                      # of one run; what is left out has a default
memory = "512MiB"
cpus = 1.0
processes = 64
disk = "256MiB"

# A choice for people who run the tool. It is used by "{level}" in the command.
#[[parameters]]
#name = "level"
#title = "Level"
#description = "How strict to be."
#type = "enum"                # or string, integer, number, boolean
#values = ["low", "high"]
#default = "low"
)";
}

}  // namespace glovebox
