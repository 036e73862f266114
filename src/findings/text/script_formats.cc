// Checkers of scripting languages: Python, Ruby, Lua, PHP, Perl, shell.
#include "findings/text/format_tables.h"

namespace glovebox {
namespace {

FormatRule unmarked() {
  return {{R"(^\s*)" GB_AT_MAYBE_COLUMN ":? " GB_MESSAGE}, kAWarning, Trust::kPathLike};
}

std::vector<FormatRule> flake8_rules() {
  return {
      // Files that cannot be parsed.
      {{"^" GB_AT_MAYBE_COLUMN R"(: (?P<rule>E9\d+)\s+)" GB_MESSAGE}, kAnError},
      {{"^" GB_AT_MAYBE_COLUMN R"(: (?P<rule>[A-Z]{1,5}\d{1,5})\s+(?:\[\*\] )?)" GB_MESSAGE}},
      unmarked(),
  };
}

std::vector<FormatRule> pylint_rules() {
  return {
      {{"^" GB_AT_MAYBE_COLUMN R"(: (?P<rule>(?P<sev>[CRWEFI])\d{4}): )" GB_MESSAGE}},
      {{"^" GB_AT_MAYBE_COLUMN R"(: \[(?P<rule>(?P<sev>[CRWEFI])\d{4})[^\]]*\] )" GB_MESSAGE}},
      {{R"(^(?P<sev>[CRWEFI]): *(?P<line>\d+), *(?P<col>\d+): (?P<msg>.+)$)"}},
      unmarked(),
  };
}

std::vector<FormatRule> black_rules() {
  return {
      {{R"(^error: cannot format (?P<file>.+?): )"
        R"((?P<msg>[Cc]annot parse[^:]*: (?P<line>\d+):(?P<col>\d+): .*))"},
       kAnError,
       Trust::kProjectFile},
      {{R"(^error: cannot format (?P<file>.+?): )" GB_MESSAGE}, kAnError, Trust::kProjectFile},
      {{R"(^error: ?)" GB_AT_COLUMN ": ?" GB_MESSAGE}, kAnError},
      {{R"(^(?P<sev>error): (?P<msg>cannot format .+))"}, kAnError},
      {{R"(^(?P<msg>would reformat) (?P<file>.+))"}},
      {{R"(^(?P<msg>reformatted) (?P<file>.+))"}, FindingSeverity::kNote},
  };
}

std::vector<FormatRule> rubocop_rules() {
#define GB_COP R"((?:\[[^\]]*\] )?(?:(?P<rule>[A-Z]\w*(?:/\w+)+): )?)" GB_MESSAGE
  return {
      {{"^" GB_AT_COLUMN
        R"(: (?P<sev>[RCWEFI]|refactor|convention|warning|error|fatal|info): )" GB_COP}},
      {{R"(^== (?P<file>.+) ==$)",
        R"(^(?P<sev>[RCWEFI]):\s*(?P<line>\d+):\s*(?P<col>\d+): )" GB_COP},
       kAWarning,
       Trust::kAny,
       true},
  };
}

std::vector<FormatRule> bandit_rules() {
#define GB_BANDIT_ISSUE R"(^>> Issue: \[(?P<rule>B\d+)[^\]]*\] )" GB_MESSAGE
#define GB_BANDIT_SEVERITY R"(^\s+Severity: (?P<sev>\w+))"
#define GB_BANDIT_PLACE R"(^\s+Location: )" GB_AT_MAYBE_COLUMN "$"
  return {
      {{"^" GB_AT_MAYBE_COLUMN R"(: (?P<rule>B\d+)(?:\[[^\]]*\])?: (?P<sev>\w+): )" GB_MESSAGE}},
      {{GB_BANDIT_ISSUE, GB_BANDIT_SEVERITY, R"(^\s+CWE: )", R"(^\s+More Info: )",
        GB_BANDIT_PLACE}},
      {{GB_BANDIT_ISSUE, GB_BANDIT_SEVERITY, GB_BANDIT_PLACE}},
  };
}

// phpcs and psalm as for Emacs, phpstan raw, and PHP itself.
std::vector<FormatRule> php_rules() {
  return {
      {{"^" GB_AT_COLUMN R"(:\s?(?P<sev>error|warning|note|info) - )" GB_MESSAGE}, kAnError},
      {{R"(^(?:PHP )?(?P<sev>Parse error|Fatal error|Warning|Deprecated|Notice): +(?P<msg>.+) in )"
        R"((?P<file>.+?) on line (?P<line>\d+)$)"},
       kAnError},
      {{"^" GB_AT_LINE ": ?" GB_MESSAGE}, kAnError, Trust::kPathLike},
  };
}

}  // namespace

std::vector<NamedFormat> script_formats() {
  return {
      {"flake8", flake8_rules()},
      {"pep8", flake8_rules()},
      {"pycodestyle", flake8_rules()},
      {"pyflakes", flake8_rules()},
      {"ruff", flake8_rules()},
      {"pydocstyle", {{{R"(^)" GB_AT_LINE R"([ \t].*:$)", R"(^\s+(?P<rule>D\d+): )" GB_MESSAGE}}}},
      {"pylint", pylint_rules()},
      {"black", black_rules()},
      {"isort", {{{R"(^(?P<sev>ERROR): (?P<file>.+?) (?P<msg>Imports are incorrectly .+))"}}}},
      {"bandit", bandit_rules()},
      {"vint", {unmarked()}},
      {"luacheck",
       {{{R"(^\s*)" GB_AT_COLUMN
          R"((?:-(?P<endcol>\d+))?: (?:\((?P<rule>(?P<sev>[EFW])\d+)\) )?)" GB_MESSAGE},
         kAWarning,
         Trust::kPathLike}}},
      {"rubocop", rubocop_rules()},
      {"ruby",
       {{{"^" GB_AT_LINE R"(: (?P<sev>warning|error|syntax error)[:,] )" GB_MESSAGE}, kAnError}}},
      {"haml-lint",
       {{{"^" GB_AT_LINE R"( \[(?P<sev>[A-Z])\] (?:(?P<rule>[\w/]+): )?)" GB_MESSAGE}}}},
      {"slim-lint",
       {{{"^" GB_AT_LINE R"( \[(?P<sev>[A-Z])\] (?:(?P<rule>[\w/]+): )?)" GB_MESSAGE}}}},
      {"reek",
       {{{R"(^(?P<file>\S.*?) -- \d+ warnings?:?$)",
          R"(^\s+\[(?P<line>\d+)(?:, \d+)*\]:\s*(?P<rule>\w+): )" GB_MESSAGE},
         kAWarning,
         Trust::kAny,
         true},
        {{"^"
          R"(\s*)" GB_AT_LINE R"(: (?P<rule>\w+): )" GB_MESSAGE}}}},
      {"puppet-lint",
       {{{"^" GB_AT_MAYBE_COLUMN R"(: ?(?:(?P<rule>\w+): ?)?)" GB_MESSAGE},
         kAWarning,
         Trust::kPathLike}}},
      {"brakeman",
       {{{R"(^(?P<file>[^\t]+)\t(?P<line>\d+)\t(?P<rule>[^\t]+)\t(?:[^\t]*\t)?)"
          R"((?P<msg>[^\t]+)\t(?P<sev>High|Medium|Weak)\b)"}}}},
      {"phpcs", php_rules()},
      {"phpstan", php_rules()},
      {"psalm", php_rules()},
      {"php", php_rules()},
      {"perl", {{{R"(^(?P<msg>.+?) at (?P<file>.+?) line (?P<line>\d+)(?:[.,]|$))"}, kAnError}}},
      {"hlint",
       {{{"^" GB_AT_COLUMN R"((?:-(?P<endcol>\d+))?: (?P<sev>\w+): )" GB_MESSAGE}},
        {{"^" GB_FILE R"(:\((?P<line>\d+),(?P<col>\d+)\)-\((?P<endline>\d+),(?P<endcol>\d+)\): )"
          R"((?P<sev>\w+): )" GB_MESSAGE}}}},
  };
}

}  // namespace glovebox
