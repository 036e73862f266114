// The name that a client gave to its upload, cleaned so that it can be displayed anywhere.
#pragma once

#include <string>
#include <string_view>

namespace glovebox {

// The last component of a path with either kind of slash, as valid UTF-8 without control characters
// and without characters that change the direction of text, at most 120 bytes. Never empty:
// "project" if nothing is left. Never used as a path.
std::string display_name(std::string_view client_name);

}  // namespace glovebox
