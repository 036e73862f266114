#include "init_command.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <iostream>

#include "base/near_miss.h"
#include "base/os.h"
#include "cli/conclusion.h"
#include "cli/manifest_draft.h"
#include "cli/run_report.h"
#include "findings/text/named_formats.h"
#include "registry/manifest.h"
#include "tool_folders.h"

namespace glovebox {
namespace {

constexpr int kExitNotWritten = 1;

// The line that a person types; an Error at the end of the input.
Result<std::string> ask(std::string_view question) {
  fmt::print(stderr, "{}\n> ", question);
  std::string line;
  if (!std::getline(std::cin, line)) return validation_error("no answer; nothing was written");
  return line;
}

// The flag's text, else a person's answer, else nothing.
Result<std::string> flag_or_answer(const std::optional<std::string>& flag, const Terminal& terminal,
                                   std::string_view question) {
  if (flag) return *flag;
  return terminal.interactive ? ask(question) : Result<std::string>("");
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while ((text = text.substr(std::min(text.size(), text.find_first_not_of(" \t,")))) != "") {
    std::size_t end = std::min(text.size(), text.find_first_of(" \t,"));
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return words;
}

Result<std::string> check_format(std::string name) {
  if (name.empty() || name == "sarif" || find_named_format(name) != nullptr) return name;
  std::vector<std::string> names{"sarif"};
  for (const NamedFormat& format : named_formats()) names.emplace_back(format.name);
  return validation_error(fmt::format("no format of findings named {}{}; there are {}",
                                      in_quotes(name), did_you_mean(name, names),
                                      fmt::join(names, ", ")));
}

Result<ManifestDraft> gather(const InitCommand& command, const Terminal& terminal) {
  if (!command.command && !terminal.interactive) {
    return validation_error("standard input is no terminal to ask on; give --command");
  }
  ManifestDraft draft;
  GB_TRY(std::string line,
         flag_or_answer(command.command, terminal,
                        "1 of 4. The command, as you would type it in the project's folder, such "
                        "as: shellcheck -f gcc run.sh"));
  GB_TRY(draft.command, split_command(line));
  GB_TRY(std::string inputs, flag_or_answer(command.inputs, terminal,
                                            "2 of 4. The files it is for, such as: *.sh, *.bash "
                                            "(empty: any)"));
  draft.inputs = words_of(inputs);
  GB_TRY(std::string codes, flag_or_answer(command.finding_codes, terminal,
                                           "3 of 4. Its exit codes when it finds something, such "
                                           "as: 1 (empty: it has none)"));
  GB_TRY(draft.finding_codes, parse_exit_codes(codes));
  GB_TRY(std::string format, flag_or_answer(command.findings, terminal,
                                            "4 of 4. The format of its findings, such as: gnu for "
                                            "FILE:LINE:COLUMN: MESSAGE, sarif (empty: none)"));
  GB_TRY(draft.findings, check_format(format));
  return draft;
}

// What the registry will say of it, now rather than when a server reads it.
Result<void> check_manifest(const std::string& text, const std::string& file) {
  std::vector<ManifestProblem> problems;
  (void)parse_manifest(text, file, problems);
  if (problems.empty()) return ok();
  return validation_error(problem_line(problems.front()));
}

Result<void> write_new_file(const std::string& file, const std::string& text) {
  UniqueFd out(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!out.valid() && errno == EEXIST) {
    return validation_error(fmt::format("{} exists; remove it, or name another file", file));
  }
  GB_TRY_VOID(os::check(out.get(), "open", file));
  return os::write_fd(out.get(), text, file);
}

Result<std::string> write_manifest(const InitCommand& command, const Terminal& terminal) {
  GB_TRY(ManifestDraft draft, gather(command, terminal));
  std::string file = command.file.empty() ? draft_id(draft) + ".toml" : command.file;
  std::string text = manifest_text(draft);
  GB_TRY_VOID(check_manifest(text, file));
  GB_TRY_VOID(write_new_file(file, text));
  std::string parent = std::filesystem::path(file).parent_path();
  std::string folder = parent.empty() ? "." : parent;
  return fmt::format(
      "wrote {0}\ncheck it:    glovebox tools --check {1}\nrun it:      glovebox run {2} PROJECT "
      "--tools-dir {1}\n",
      file, folder, draft_id(draft));
}

}  // namespace

int init_command(const InitCommand& command, const Terminal& terminal) {
  Result<std::string> written = write_manifest(command, terminal);
  if (written.has_error()) {
    fmt::print(stderr, "{}", error_line(written.error()));
    return kExitNotWritten;
  }
  fmt::print("{}", *written);
  return 0;
}

}  // namespace glovebox
