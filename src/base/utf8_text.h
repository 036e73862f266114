// Bytes of a tool's output as text for people and JSON.
#pragma once

#include <string>
#include <string_view>

namespace glovebox {

// Well-formed UTF-8 passes; of anything else each maximal part that could have begun a character
// becomes one U+FFFD, as the WHATWG decoder does it. At most three times as long.
std::string to_valid_utf8(std::string_view bytes);

}  // namespace glovebox
