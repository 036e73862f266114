// The named text formats, as tables of regular expressions. Groups have names: see
// LinePattern::compile_named.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "model/finding.h"

namespace glovebox {

// Which matches of a rule are accepted as findings.
enum class Trust {
  kAny,
  // Lines without a severity look like many other texts, such as a time of day. So they are
  // accepted only if the path is in the project, or looks like a path (no white space, and a '.' or
  // a '/').
  kPathLike,
  kProjectFile,
};

struct FormatRule {
  // One per line; several match successive lines; the last one may loop.
  std::vector<std::string_view> regexps;
  FindingSeverity fallback = FindingSeverity::kWarning;  // if it has no known word
  Trust trust = Trust::kAny;
  bool loop = false;
};

// Where to find the rule's name, if no group captured it.
enum class RuleName { kInGroup, kInBracketsAtEnd, kInParenthesesAtEnd };

struct NamedFormat {
  std::string_view name;
  std::vector<FormatRule> rules;  // the first match counts; rules of one line come first
  RuleName rule_name = RuleName::kInGroup;
  // Notes that follow a finding are its related places.
  bool notes_follow = false;
  // A line that contains only '^' below the source gives the column.
  bool caret_is_column = false;
};

// Null if there is no such format.
const NamedFormat* find_named_format(std::string_view name);
std::span<const NamedFormat> named_formats();

}  // namespace glovebox
