// FindingsSpec: how a tool's output is read for findings, according to its manifest's [findings].
// Plain values; findings/spec_check.h checks them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/finding.h"

namespace glovebox {

// One line, as VS Code's problem matchers describe it. Numbers are those of capture groups; 0: the
// pattern does not capture it.
struct FindingPattern {
  std::string regexp;  // RE2's syntax, found anywhere in the line
  int file = 0;
  int line = 0;
  int column = 0;
  int end_line = 0;
  int end_column = 0;
  int severity = 0;
  int code = 0;
  int message = 0;
  bool loop = false;  // only for the last pattern: it matches line after line
  bool operator==(const FindingPattern&) const = default;
};

struct FindingsSpec {
  std::string format;  // a named format, "sarif" or "patterns"
  std::string file;    // for sarif: the artifact that contains it; empty: standard output
  std::vector<FindingPattern> patterns;  // for "patterns": they match successive lines
  // Maps the tool's words, before the built-in ones. "" is for findings without a word.
  std::map<std::string, FindingSeverity> severity_map;
  std::string url;  // the help of a rule: https, with "{rule}"; empty: none
  bool operator==(const FindingsSpec&) const = default;
};

}  // namespace glovebox
