// Compilers, and tools that print like them.
#include "findings/text/format_tables.h"

namespace glovebox {
namespace {

#define GB_GNU_WORD                                                                             \
  R"((?P<sev>(?i:fatal error|internal compiler error|sorry, unimplemented|syntax error|error|)" \
  R"(warning|note|info|information|remark|hint|help|style|performance|portability|debug)))"

std::vector<FormatRule> gnu_rules() {
  return {
      {{"^" GB_AT_MAYBE_COLUMN R"((?:-(?P<endcol>\d+))?:\s*)" GB_GNU_WORD R"(\s*:\s*)" GB_MESSAGE}},
      // Bison and other GNU programs: file:line.column-line.column.
      {{"^" GB_AT_LINE R"(\.)" GB_COLUMN
        R"((?:-(?:(?P<endline>\d+)\.)?(?P<endcol>\d+))?:\s*)" GB_GNU_WORD R"(\s*:\s*)" GB_MESSAGE}},
      // flawfinder, with its risk level; the message may begin on the next line.
      {{"^" GB_AT_MAYBE_COLUMN
        R"(:\s+\[(?P<sev>[0-5])\]\s+\([\w-]+\)\s+(?P<rule>[^:\s]+):\s*)" GB_MESSAGE}},
      {{R"(^(?:\S*\bld(?:\.\w+)?: )?)" GB_AT_LINE
        R"(: (?P<msg>(?:undefined reference|multiple definition|first defined).+))"},
       kAnError},
      {{"^" GB_AT_LINE R"(: \*\*\* )" GB_MESSAGE}, kAnError},  // make
      // For a whole file, such as "main.c: fatal error: …".
      {{"^" GB_FILE R"(: )" GB_GNU_WORD R"(\s*:\s*)" GB_MESSAGE}, kAWarning, Trust::kProjectFile},
      {{"^" GB_AT_MAYBE_COLUMN R"(:\s+\[(?P<sev>[0-5])\]\s+\([\w-]+\)\s+(?P<rule>[^:\s]+):\s*$)",
        R"(^\s+)" GB_MESSAGE}},
  };
}

std::vector<FormatRule> msbuild_rules() {
#define GB_MSBUILD_PLACE \
  R"(\((?P<line>\d+)(?:,(?P<col>\d+)(?:(?:,(?P<endline>\d+),|-)(?P<endcol>\d+))?)?\))"
#define GB_MSBUILD_REST                                                              \
  R"(\s*:\s*(?:[\w ]+ )??(?P<sev>(?i:fatal error|error|warning|info|message|hint)))" \
  R"((?:\s+(?P<rule>[A-Za-z][\w.-]*))?\s*:\s*)" GB_MESSAGE
  return {
      {{R"(^\s*(?:\d+>)?(?P<file>[^()]+?))" GB_MSBUILD_PLACE GB_MSBUILD_REST}, kAnError},
      {{R"(^\s*(?:\d+>)?(?P<file>.+?))" GB_MSBUILD_PLACE GB_MSBUILD_REST},
       kAnError,
       Trust::kProjectFile},
      // tsc --pretty
      {{"^" GB_AT_COLUMN
        R"( - (?P<sev>error|warning|message)(?:\s+(?P<rule>TS\d+))?:\s*)" GB_MESSAGE},
       kAnError},
  };
}

std::vector<FormatRule> javac_rules() {
  return {
      {{"^" GB_AT_MAYBE_COLUMN
        R"(: (?P<sev>error|warning|note): (?:\[(?P<rule>[\w-]+)\] )?)" GB_MESSAGE},
       kAnError},
      {{R"(^\[(?P<sev>ERROR|WARNING|INFO|WARN|error|warn)\]\s+)"
        R"((?P<file>[^:\[\]]+?)(?::\[?(?P<line>\d+)(?:[,:](?P<col>\d+))?\]?):?\s+(?P<msg>.+))"},
       kAnError,
       Trust::kPathLike},
      {{"^" GB_AT_MAYBE_COLUMN ": " GB_MESSAGE}, kAnError, Trust::kPathLike},
  };
}

std::vector<FormatRule> rustc_rules() {
#define GB_RUST_WORD \
  R"((?P<sev>error|warning|note|help|fatal error)(?:\[(?P<rule>[\w:-]+)\])?: )" GB_MESSAGE
  return {
      {{"^" GB_AT_COLUMN R"((?::? \d+:\d+)?: )" GB_RUST_WORD}, kAnError},
      // The long form: the message, then an arrow to the location.
      {{"^" GB_RUST_WORD, R"(^\s*--> )" GB_AT_COLUMN}, kAnError},
  };
}

std::vector<FormatRule> go_rules() {
  return {
      {{R"(^(?P<sev>vet): )" GB_AT_MAYBE_COLUMN ": " GB_MESSAGE}, kAnError, Trust::kPathLike},
      {{R"(^\s*)" GB_AT_MAYBE_COLUMN ": (?:(?P<sev>warning|error|note): )?" GB_MESSAGE},
       kAWarning,
       Trust::kPathLike},
  };
}

}  // namespace

std::vector<NamedFormat> compiler_formats() {
  constexpr bool notes_follow = true;
  constexpr bool caret_is_column = true;
  auto end = RuleName::kInBracketsAtEnd;
  auto parentheses = RuleName::kInParenthesesAtEnd;
  return {
      {"gnu", gnu_rules(), end, notes_follow},
      {"gcc", gnu_rules(), end, notes_follow},
      {"clang", gnu_rules(), end, notes_follow},
      {"cppcheck", gnu_rules(), end, notes_follow},
      {"flawfinder", gnu_rules(), end, notes_follow},
      {"mypy", gnu_rules(), end, notes_follow},
      // Its notes are separate findings.
      {"shellcheck", gnu_rules(), end},
      {"swiftlint", gnu_rules(), parentheses, notes_follow},
      {"msbuild", msbuild_rules()},
      {"tsc", msbuild_rules()},
      {"dotnet", msbuild_rules()},
      {"javac", javac_rules(), RuleName::kInGroup, false, caret_is_column},
      {"scalac", javac_rules(), RuleName::kInGroup, false, caret_is_column},
      {"checkstyle", javac_rules(), end},
      {"rustc", rustc_rules(), end, notes_follow},
      {"rustc-short", rustc_rules(), end, notes_follow},
      {"cargo", rustc_rules(), end, notes_follow},
      {"clippy", rustc_rules(), end, notes_follow},
      {"go", go_rules()},
      {"govet", go_rules()},
      {"golint", go_rules()},
      {"golangci-lint", go_rules(), parentheses},
      {"staticcheck", go_rules(), parentheses},
      {"gosec",
       {{{R"(^\[(?P<file>[^\[\]]+?):(?P<line>\d+)(?:-(?P<endline>\d+))?(?::(?P<col>\d+))?\] - )"
          R"((?P<rule>[A-Z]\d+)(?: \([^)]*\))?: (?P<msg>.+?))"
          R"((?: \(Confidence: *\w+, Severity: *(?P<sev>\w+)\))?$)"}}}},
      {"ghc",
       {{{"^" GB_AT_COLUMN R"((?:-(?P<endcol>\d+))?: (?P<sev>error|warning):?\s*)"
          R"((?:\[(?P<rule>[^\]]+)\])?,?\s*(?P<msg>.*))"},
         kAnError}}},
  };
}

}  // namespace glovebox
