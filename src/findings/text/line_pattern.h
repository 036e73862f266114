// LinePattern: one compiled pattern, and what it captures from a line. RE2: time in proportion to
// the line, memory bounded for each pattern.
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

// What is known of a finding from the lines so far, as the tool wrote it.
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
  // Of the manifest: groups by number. The error names the field, as in "regexp: …".
  static Result<LinePattern> compile(const FindingPattern& pattern);
  // Built in: groups by name: file, line, col, endline, endcol, sev, rule, msg.
  static LinePattern compile_named(std::string_view regexp);

  LinePattern(LinePattern&&) noexcept;
  LinePattern& operator=(LinePattern&&) noexcept;
  ~LinePattern();

  // Whether the pattern is found in the line; then what it captures is put into `finding`. Groups
  // that took no part leave what an earlier line gave.
  bool match(std::string_view line, RawFinding& finding) const;

 private:
  enum Field { kFile, kLine, kColumn, kEndLine, kEndColumn, kSeverity, kRule, kMessage, kFields };

  LinePattern(std::unique_ptr<re2::RE2> regexp, const std::array<int, kFields>& groups);

  std::unique_ptr<re2::RE2> regexp_;
  std::array<int, kFields> groups_;
  int group_count_ = 0;  // with the whole match
};

// A number as tools print it; 0 where it is none or too large.
std::int32_t small_number(std::string_view digits);

}  // namespace glovebox
