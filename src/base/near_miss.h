// Help for people who mistyped a name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace glovebox {

// ` (did you mean "cppcheck"?)` where one of `known` is one slip in three letters or less away from
// `name`, else "". Names of over 64 bytes are near to nothing, so the work is bounded.
std::string did_you_mean(std::string_view name, const std::vector<std::string>& known);

// A name from outside as it may stand in a message: escaped, cut, in double quotes.
std::string in_quotes(std::string_view name);

}  // namespace glovebox
