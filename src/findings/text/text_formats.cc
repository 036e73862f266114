// Checkers of data, prose and configuration.
#include "findings/text/format_tables.h"

namespace glovebox {
namespace {

// file:line[:column]: message, and nothing else.
FormatRule plain() {
  return {{R"(^\s*)" GB_AT_MAYBE_COLUMN ": ?" GB_MESSAGE}, kAWarning, Trust::kPathLike};
}

}  // namespace

std::vector<NamedFormat> text_formats() {
  return {
      {"unix", {plain()}},
      {"misspell", {plain()}},
      {"buf", {plain()}, RuleName::kInGroup},
      {"proselint", {plain()}},
      {"ktlint", {plain()}, RuleName::kInParenthesesAtEnd},
      {"codespell", {{{"^" GB_AT_LINE R"(: (?P<msg>\S.* ==> .+))"}, kAWarning, Trust::kPathLike}}},
      {"yamllint-parsable",
       {{{"^" GB_AT_COLUMN R"(: \[(?P<sev>\w+)\] )" GB_MESSAGE}}},
       RuleName::kInParenthesesAtEnd},
      {"ansible-lint",
       {{{"^" GB_AT_MAYBE_COLUMN R"(: \[(?P<rule>[\w./-]+)\] (?:\[(?P<sev>\w+)\] )?)" GB_MESSAGE}},
        {{"^" GB_AT_MAYBE_COLUMN R"(: (?P<rule>[a-z][\w-]*(?:\[[^\]]*\])?): )" GB_MESSAGE},
         kAWarning,
         Trust::kPathLike},
        plain()}},
      {"dotenv-linter", {{{"^" GB_AT_LINE R"( (?P<rule>\w+): )" GB_MESSAGE}}}},
      {"hadolint",
       {{{"^" GB_AT_LINE R"((?::\d+)? (?P<rule>[A-Z]{2}\d+) (?:(?P<sev>\w+): )?)" GB_MESSAGE}}}},
      {"cpplint", {{{"^" GB_AT_LINE R"(:\s+(?P<msg>.+?)\s+\[(?P<rule>[\w/+-]+)\]\s+\[\d\]$)"}}}},
      {"protolint", {{{R"(^\[)" GB_AT_COLUMN R"(\] )" GB_MESSAGE}}}},
      {"xmllint",
       {{{"^" GB_AT_LINE
          R"(: (?:element [^:]+: )?(?P<sev>(?:parser|namespace|validity|[\w ]*?)\s?(?:error|warning)) : )" GB_MESSAGE},
         kAnError}}},
      {"nim",
       {{{R"(^(?P<file>[^()]+)\((?P<line>\d+), (?P<col>\d+)\) (?P<sev>\w+): )" GB_MESSAGE},
         kAnError}}},
  };
}

}  // namespace glovebox
