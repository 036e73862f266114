// A name that a client gave to what it uploads, cleaned so that it can be shown anywhere.
#pragma once

#include <string>
#include <string_view>

namespace glovebox {

// The last component of a path of either kind of slash, as valid UTF-8 without control characters
// and without what turns the direction of text, at most 120 bytes. Never empty: "project" where
// nothing is left. Never used as a path.
std::string display_name(std::string_view client_name);

}  // namespace glovebox
