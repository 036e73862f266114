// LinePattern: one compiled pattern, and what it captures from a line. RE2: time proportional to
// the line, bounded memory for each pattern.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/findings_spec.h"

namespace re2 {
class RE2;
}

namespace glovebox {

inline constexpr std::size_t kMaxFindingRegexpBytes = 1024;

// A finding as the lines so far describe it, in the tool's own words.
struct RawFinding {
  std::string path;
  std::int32_t line = 0;
  std::int32_t column = 0;
  std::int32_t end_line = 0;
  std::int32_t end_column = 0;
  std::string severity;
  std::string rule;
  std::string message;
  bool operator==(const RawFinding&) const = default;
};

class LinePattern {
 public:
  // For a manifest's pattern: groups by number. The error names the field, as in "regexp: …".
  static Result<LinePattern> compile(const FindingPattern& pattern);
  // For a built-in pattern: groups by name: file, line, col, endline, endcol, sev, rule, msg.
  static LinePattern compile_named(std::string_view regexp);

  LinePattern(LinePattern&&) noexcept;
  LinePattern& operator=(LinePattern&&) noexcept;
  ~LinePattern();

  // Whether the pattern is found in the line; if so, stores its captures in `finding`. Groups that
  // did not participate keep the value of an earlier line.
  bool match(std::string_view line, RawFinding& finding) const;

 private:
  enum Field { kFile, kLine, kColumn, kEndLine, kEndColumn, kSeverity, kRule, kMessage, kFields };

  LinePattern(std::unique_ptr<re2::RE2> regexp, const std::array<int, kFields>& groups);

  std::unique_ptr<re2::RE2> regexp_;
  std::array<int, kFields> groups_;
  int group_count_ = 0;  // including the whole match
};

// A number as tools print it; 0 if it is not a number or too large.
std::int32_t small_number(std::string_view digits);

}  // namespace glovebox
