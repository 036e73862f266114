// Text that a program printed or a file holds, made safe to show on one line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace glovebox {

// One line: terminal escape sequences, control characters and characters that turn the direction of
// text are dropped, bad UTF-8 becomes U+FFFD, runs of white space become one space, the ends are
// trimmed, and the rest is cut at `max_bytes` between characters.
std::string clean_line(std::string_view text, std::size_t max_bytes);

// One line as it is: what clean_line() drops is dropped and bad UTF-8 is replaced, but spaces and
// tabs stay. Line breaks are dropped.
std::string inert_line(std::string_view text, std::size_t max_bytes);

// The first line that is not blank once it is clean; only the first 4 KiB are looked at.
std::string first_clean_line(std::string_view text, std::size_t max_bytes);

}  // namespace glovebox
