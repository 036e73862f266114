// InputMatcher: which tools are useful for a project, determined from its file names and from the
// first lines of its scripts.
//
// An input is a glob: `*` and `?` do not match a slash, `**` matches any part of a path, `[a-z]`
// and `[!a]` match one character. A glob without a slash is compared with a file's name, one with a
// slash with its whole path. Vendored and generated folders (node_modules, vendor, dist, …) and
// minified files do not count.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/project.h"
#include "model/tool.h"

namespace glovebox {

// Takes time proportional to the product of both lengths, at most.
bool glob_matches(std::string_view pattern, std::string_view text);

// Whether a file belongs to the project's own sources, judged by its path.
bool counts_for_suiting(std::string_view path);

// Immutable: any thread.
class InputMatcher {
 public:
  explicit InputMatcher(const std::vector<Tool>& tools);

  // The tools that have at least one matching file; most files first, then by id.
  std::vector<ToolSuit> suits(const std::vector<ProjectFile>& files) const;

 private:
  struct Inputs {
    ToolId tool_id;
    std::vector<std::string> suffixes;  // of globs like "*.c", the most common form
    std::vector<std::string> names;     // other globs for names
    std::vector<std::string> paths;     // globs for paths
    std::vector<std::string> shebangs;
    bool take(const ProjectFile& file, std::string_view name) const;
  };
  std::vector<Inputs> tools_;
};

}  // namespace glovebox
