// Checkers of JavaScript, style sheets and related files.
#include "findings/text/format_tables.h"

namespace glovebox {
namespace {

// A line with the path, then one line per finding. remark prints a range, stylelint a symbol.
FormatRule stylish() {
  return {{R"(^(?P<file>\S.*?)\s*$)",
           R"(^\s+(?P<line>\d+):(?P<col>\d+)(?:-(?P<endline>\d+):(?P<endcol>\d+))?\s+)"
           R"((?P<sev>\p{So}|×|\w+)\s+(?P<msg>\S.*?)(?:\s{2,}(?P<rule>\S+)(?:\s+\S+)?)?\s*$)"},
          kAnError,
          Trust::kAny,
          true};
}

FormatRule eslint_unix() {
  return {
      {"^" GB_AT_COLUMN R"(: (?P<msg>.+?) \[(?P<sev>Error|Warning|Info)(?:/(?P<rule>[^\]]+))?\]$)"},
      kAnError};
}

FormatRule eslint_compact() {
  return {{R"(^(?P<file>.+?): line (?P<line>\d+), col(?:umn)? (?P<col>\d+), )"
           R"((?:(?P<sev>\w+) - )?(?P<msg>.+?)(?: \((?P<rule>[^()\s]+)\))?$)"},
          kAnError};
}

}  // namespace

std::vector<NamedFormat> web_formats() {
  return {
      {"eslint", {eslint_unix(), eslint_compact(), stylish()}},
      {"eslint-unix", {eslint_unix()}},
      {"eslint-compact", {eslint_compact()}},
      {"eslint-stylish", {stylish()}},
      {"stylelint", {eslint_unix(), eslint_compact(), stylish()}},
      {"jshint", {eslint_unix(), eslint_compact()}},
      {"remark-lint", {stylish()}},
      {"standardjs",
       {{{R"(^\s*)" GB_AT_COLUMN ": "
          R"((?P<msg>.+?)(?: \((?P<rule>[^()\s]+)\))?$)"},
         kAnError,
         Trust::kPathLike}}},
      {"tslint",
       {{{R"(^(?P<sev>ERROR|WARNING): )" GB_FILE
          R"((?:\[(?P<line>\d+), ?(?P<col>\d+)\]|:(?:\d+):(?:\d+))(?:: | - )(?P<msg>.+))"},
         kAnError}}},
      {"markdownlint",
       {{{"^" GB_AT_MAYBE_COLUMN
          R"(:? (?:(?P<sev>error|warning) )?(?P<rule>MD\d+)\S*:? )" GB_MESSAGE},
         kAWarning}}},
  };
}

}  // namespace glovebox
