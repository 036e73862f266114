// A new tool manifest, written from a few answers: what `glovebox init` prints to a file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace glovebox {

struct ManifestDraft {
  std::vector<std::string> command;  // argv; not empty
  std::vector<std::string> inputs;   // globs; empty: any file
  std::string findings;              // a named format; empty: the output is not read for findings
  std::vector<int> finding_codes;    // exit codes that mean findings; empty: none is declared
};

// The words of a command line, with the quotes of a shell taken off. An Error for what only a shell
// understands (pipes, redirections, variables, several commands), since a manifest is an argv.
Result<std::vector<std::string>> split_command(std::string_view line);

// "1, 2" as numbers from 0 to 255.
Result<std::vector<int>> parse_exit_codes(std::string_view text);

// "clang-tidy" for {"/usr/bin/clang-tidy", …}; only characters that an id may have.
std::string draft_id(const ManifestDraft& draft);

// The manifest, with a comment on each key.
std::string manifest_text(const ManifestDraft& draft);

}  // namespace glovebox
