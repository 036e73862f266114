#include "findings/text/line_pattern.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <charconv>

namespace glovebox {
namespace {

// Of one compiled program and its caches: "(x{1000}){1000}" is refused.
constexpr std::int64_t kMaxProgramBytes = 1 << 20;
constexpr int kMaxGroups = 32;

RE2::Options options() {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxProgramBytes);
  return options;
}

}  // namespace

LinePattern::LinePattern(std::unique_ptr<re2::RE2> regexp, const std::array<int, kFields>& groups)
    : regexp_(std::move(regexp)), groups_(groups) {
  group_count_ = 1 + *std::max_element(groups_.begin(), groups_.end());
}

LinePattern::LinePattern(LinePattern&&) noexcept = default;
LinePattern& LinePattern::operator=(LinePattern&&) noexcept = default;
LinePattern::~LinePattern() = default;

Result<LinePattern> LinePattern::compile(const FindingPattern& pattern) {
  if (pattern.regexp.empty()) return validation_error("regexp: must not be empty");
  if (pattern.regexp.size() > kMaxFindingRegexpBytes) {
    return validation_error(fmt::format("regexp: has {} bytes; the limit is {}",
                                        pattern.regexp.size(), kMaxFindingRegexpBytes));
  }
  auto regexp = std::make_unique<RE2>(pattern.regexp, options());
  if (!regexp->ok()) {
    return validation_error(
        fmt::format("regexp: is not a regular expression of RE2: {}", regexp->error()));
  }
  int most = std::min(regexp->NumberOfCapturingGroups(), kMaxGroups);
  std::array<int, kFields> groups{pattern.file,     pattern.line,       pattern.column,
                                  pattern.end_line, pattern.end_column, pattern.severity,
                                  pattern.code,     pattern.message};
  constexpr std::array<std::string_view, kFields> names{
      "file", "line", "column", "endLine", "endColumn", "severity", "code", "message"};
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (groups[i] < 0 || groups[i] > most) {
      return validation_error(fmt::format("{}: is {}, but the regexp has {} capture groups",
                                          names[i], groups[i], most));
    }
  }
  return LinePattern(std::move(regexp), groups);
}

LinePattern LinePattern::compile_named(std::string_view regexp) {
  auto compiled = std::make_unique<RE2>(re2::StringPiece(regexp.data(), regexp.size()), options());
  constexpr std::array<const char*, kFields> names{"file",   "line", "col",  "endline",
                                                   "endcol", "sev",  "rule", "msg"};
  std::array<int, kFields> groups{};
  const auto& numbers = compiled->NamedCapturingGroups();
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto found = numbers.find(names[i]);
    groups[i] = found == numbers.end() ? 0 : found->second;
  }
  return LinePattern(std::move(compiled), groups);
}

bool LinePattern::match(std::string_view line, RawFinding& finding) const {
  std::array<re2::StringPiece, kMaxGroups + 1> found;
  re2::StringPiece text(line.data(), line.size());
  // Most lines do not match. Without capture groups RE2 detects that ten times faster.
  if (!regexp_->Match(text, 0, text.size(), RE2::UNANCHORED, nullptr, 0)) return false;
  if (!regexp_->Match(text, 0, text.size(), RE2::UNANCHORED, found.data(), group_count_)) {
    return false;
  }
  auto piece = [&](Field field) -> std::string_view {
    int group = groups_[field];
    if (group == 0) return {};
    return {found[group].data(), found[group].size()};
  };
  auto put_text = [&](Field field, std::string& text_field) {
    if (std::string_view value = piece(field); !value.empty()) text_field = value;
  };
  auto put_number = [&](Field field, std::int32_t& number) {
    if (std::string_view value = piece(field); !value.empty()) number = small_number(value);
  };
  put_text(kFile, finding.path);
  put_number(kLine, finding.line);
  put_number(kColumn, finding.column);
  put_number(kEndLine, finding.end_line);
  put_number(kEndColumn, finding.end_column);
  put_text(kSeverity, finding.severity);
  put_text(kRule, finding.rule);
  put_text(kMessage, finding.message);
  return true;
}

std::int32_t small_number(std::string_view digits) {
  std::int32_t number = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc() && end == digits.data() + digits.size() && number > 0 ? number : 0;
}

}  // namespace glovebox
