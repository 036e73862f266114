// Parts of the tables behind named_formats.h, one file for each family of tools.
#pragma once

#include <vector>

#include "findings/text/named_formats.h"

// Building blocks of nearly all formats.
#define GB_FILE R"((?P<file>(?:[A-Za-z]:[\\/])?[^:]+?))"
#define GB_LINE R"((?P<line>\d+))"
#define GB_COLUMN R"((?P<col>\d+))"
#define GB_MESSAGE R"((?P<msg>.+))"
#define GB_AT_LINE GB_FILE ":" GB_LINE
#define GB_AT_COLUMN GB_AT_LINE ":" GB_COLUMN
#define GB_AT_MAYBE_COLUMN GB_AT_LINE "(?::" GB_COLUMN ")?"

namespace glovebox {

// Used if a line has no severity word.
inline constexpr auto kAnError = FindingSeverity::kError;
inline constexpr auto kAWarning = FindingSeverity::kWarning;

std::vector<NamedFormat> compiler_formats();
std::vector<NamedFormat> script_formats();
std::vector<NamedFormat> web_formats();
std::vector<NamedFormat> text_formats();

}  // namespace glovebox
