// Converts a tool's output to text for people and JSON.
#pragma once

#include <string>
#include <string_view>

namespace glovebox {

// Well-formed UTF-8 is unchanged. Of other bytes, each maximal part that could have started a
// character becomes one U+FFFD, like in the WHATWG decoder. At most three times as long.
std::string to_valid_utf8(std::string_view bytes);

}  // namespace glovebox
