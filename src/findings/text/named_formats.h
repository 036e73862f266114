// The formats of text that have a name, as tables of regular expressions. Groups have names: see
// LinePattern::compile_named.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "model/finding.h"

namespace glovebox {

// Which findings a rule takes for real.
enum class Trust {
  kAny,
  // Lines that say no severity look like much else, such as a time of day: only where the path is
  // one of the project, or looks like one (no white space, and a '.' or a '/').
  kPathLike,
  kProjectFile,
};

struct FormatRule {
  // One for a line; several match successive lines; the last may loop.
  std::vector<std::string_view> regexps;
  FindingSeverity fallback = FindingSeverity::kWarning;  // where no word for it is known
  Trust trust = Trust::kAny;
  bool loop = false;
};

// Where the rule's name is, if no group captured it.
enum class RuleName { kInGroup, kInBracketsAtEnd, kInParenthesesAtEnd };

struct NamedFormat {
  std::string_view name;
  std::vector<FormatRule> rules;  // the first that matches counts; those of one line go first
  RuleName rule_name = RuleName::kInGroup;
  // Notes that follow a finding are its related places.
  bool notes_follow = false;
  // A line with nothing but '^' under the source gives the column.
  bool caret_is_column = false;
};

// Null where there is no such format.
const NamedFormat* find_named_format(std::string_view name);
std::span<const NamedFormat> named_formats();

}  // namespace glovebox
