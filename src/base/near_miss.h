// Suggestions for mistyped names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace glovebox {

// ` (did you mean "cppcheck"?)` if one of `known` differs from `name` by at most one edit per three
// letters, else "". Names longer than 64 bytes match nothing, which bounds the work.
std::string did_you_mean(std::string_view name, const std::vector<std::string>& known);

// A name from outside for use in a message: escaped, truncated, in double quotes.
std::string in_quotes(std::string_view name);

}  // namespace glovebox
