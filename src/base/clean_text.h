// Makes text that a program printed or a file contains safe to show on one line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace glovebox {

// One line: drops terminal escape sequences, control characters and characters that change the
// direction of text, replaces invalid UTF-8 by U+FFFD and runs of white space by one space, trims
// the ends, and truncates to `max_bytes` between characters.
std::string clean_line(std::string_view text, std::size_t max_bytes);

// One line without collapsing spaces: drops the same characters as clean_line() and replaces
// invalid UTF-8, but keeps spaces and tabs. Drops line breaks.
std::string inert_line(std::string_view text, std::size_t max_bytes);

// The first line that is not blank after cleaning; only the first 4 KiB are examined.
std::string first_clean_line(std::string_view text, std::size_t max_bytes);

}  // namespace glovebox
