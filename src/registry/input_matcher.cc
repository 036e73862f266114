#include "registry/input_matcher.h"

#include <algorithm>
#include <array>
#include <optional>

namespace glovebox {
namespace {

constexpr std::array<std::string_view, 13> kForeignFolders{"node_modules", "bower_components",
                                                           "vendor",       "third_party",
                                                           "third-party",  ".git",
                                                           ".hg",          ".svn",
                                                           "dist",         "build",
                                                           "__pycache__",  ".venv",
                                                           ".tox"};

std::string_view name_of(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

// The class that begins after a '[': whether it contains `c`; moves `at` behind its ']'. Nothing if
// there is no ']': the '[' is then literal.
std::optional<bool> in_class(std::string_view pattern, std::size_t& at, char c) {
  std::size_t i = at;
  bool negated = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
  if (negated) ++i;
  bool found = false;
  for (std::size_t first = i; i < pattern.size() && (pattern[i] != ']' || i == first); ++i) {
    if (i + 2 < pattern.size() && pattern[i + 1] == '-' && pattern[i + 2] != ']') {
      found |= pattern[i] <= c && c <= pattern[i + 2];
      i += 2;
    } else {
      found |= pattern[i] == c;
    }
  }
  if (i >= pattern.size()) return std::nullopt;
  at = i + 1;
  return c != '/' && found != negated;
}

// One step, if the pattern has no '*' here: advances `p` and returns whether it matches `c`.
bool matches_one(std::string_view pattern, std::size_t& p, char c) {
  if (pattern[p] == '?') {
    ++p;
    return c != '/';
  }
  if (pattern[p] == '[') {
    std::size_t behind = p + 1;
    if (auto in = in_class(pattern, behind, c)) {
      p = behind;
      return *in;
    }
  }
  return pattern[p++] == c;
}

// Where to continue after the last '*' matched one more character.
struct Star {
  std::size_t pattern = std::string_view::npos;
  std::size_t text = 0;
  bool whole_folders = false;  // it was "**/"
};

bool has_specials(std::string_view text) {
  return text.find_first_of("*?[") != std::string_view::npos;
}

bool names_interpreter(std::string_view shebang, std::string_view interpreter) {
  if (!interpreter.starts_with(shebang)) return false;
  // "python3" also matches "python3.11".
  std::string_view rest = interpreter.substr(shebang.size());
  return rest.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

// Two positions for backtracking are enough: what a later '*' matched never needs to be tried again
// for an earlier one of the same kind, and a '**' can match everything that a '*' before it could.
bool glob_matches(std::string_view pattern, std::string_view text) {
  Star one;   // of a '*', which stops at a slash
  Star many;  // of a '**'
  std::size_t p = 0;
  std::size_t t = 0;
  while (true) {
    if (p < pattern.size() && pattern[p] == '*') {
      bool is_many = pattern.substr(p).starts_with("**");
      p += is_many ? 2 : 1;
      // "**/x" also matches "x".
      bool whole =
          is_many && p < pattern.size() && pattern[p] == '/' && (t == 0 || text[t - 1] == '/');
      if (whole) ++p;
      (is_many ? many : one) = {p, t, whole};
      if (is_many) one = {};
      continue;
    }
    if (t == text.size() && p == pattern.size()) return true;
    if (t < text.size() && p < pattern.size() && matches_one(pattern, p, text[t])) {
      ++t;
      continue;
    }
    if (one.pattern != std::string_view::npos && one.text < text.size() && text[one.text] != '/') {
      t = ++one.text;
      p = one.pattern;
    } else if (many.pattern != std::string_view::npos && many.text < text.size()) {
      std::size_t slash = many.whole_folders ? text.find('/', many.text) : many.text;
      if (slash == std::string_view::npos) return false;
      t = many.text = slash + 1;
      p = many.pattern;
      one = {};
    } else {
      return false;
    }
  }
}

bool counts_for_suiting(std::string_view path) {
  std::string_view name = name_of(path);
  if (name.ends_with(".min.js") || name.ends_with(".min.css") || name.ends_with(".min.mjs")) {
    return false;
  }
  std::string_view folders = path.substr(0, path.size() - name.size());
  while (!folders.empty()) {
    std::size_t slash = folders.find('/');
    std::string_view folder = folders.substr(0, slash);
    if (std::find(kForeignFolders.begin(), kForeignFolders.end(), folder) !=
        kForeignFolders.end()) {
      return false;
    }
    folders.remove_prefix(slash + 1);  // each folder name is followed by one
  }
  return true;
}

InputMatcher::InputMatcher(const std::vector<Tool>& tools) {
  for (const Tool& tool : tools) {
    Inputs inputs{.tool_id = tool.id, .shebangs = tool.shebangs};
    for (const std::string& input : tool.inputs) {
      std::string_view rest = std::string_view(input).substr(input.empty() ? 0 : 1);
      if (input.find('/') != std::string::npos) {
        inputs.paths.push_back(input);
      } else if (input.starts_with('*') && !has_specials(rest)) {
        inputs.suffixes.emplace_back(rest);
      } else {
        inputs.names.push_back(input);
      }
    }
    tools_.push_back(std::move(inputs));
  }
}

bool InputMatcher::Inputs::take(const ProjectFile& file, std::string_view name) const {
  auto any = [](const std::vector<std::string>& texts, auto matches) {
    return std::any_of(texts.begin(), texts.end(), matches);
  };
  return any(suffixes, [&](const std::string& suffix) { return name.ends_with(suffix); }) ||
         any(names, [&](const std::string& glob) { return glob_matches(glob, name); }) ||
         any(paths, [&](const std::string& glob) { return glob_matches(glob, file.path); }) ||
         (!file.interpreter.empty() && any(shebangs, [&](const std::string& shebang) {
           return names_interpreter(shebang, file.interpreter);
         }));
}

std::vector<ToolSuit> InputMatcher::suits(const std::vector<ProjectFile>& files) const {
  std::vector<ToolSuit> all;
  for (const Inputs& inputs : tools_) all.push_back({inputs.tool_id, 0});
  for (const ProjectFile& file : files) {
    if (!counts_for_suiting(file.path)) continue;
    std::string_view name = name_of(file.path);
    for (std::size_t i = 0; i < tools_.size(); ++i) all[i].files += tools_[i].take(file, name);
  }
  std::erase_if(all, [](const ToolSuit& suit) { return suit.files == 0; });
  std::sort(all.begin(), all.end(), [](const ToolSuit& a, const ToolSuit& b) {
    return a.files != b.files ? a.files > b.files : a.tool_id.str() < b.tool_id.str();
  });
  return all;
}

}  // namespace glovebox
