// The `pattern` of a string parameter: RE2's syntax (no back references, no look-around), matched
// against the whole value. RE2 takes time proportional to the length of the value and a fixed
// stack, so neither a hostile value nor a careless pattern can hang or crash the server.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace glovebox {

inline constexpr std::size_t kMaxPatternBytes = 512;

// kValidation with RE2's message if the pattern is malformed, too long or too large.
Result<void> check_pattern(std::string_view pattern);

// Also false if the pattern is not valid.
bool matches_pattern(std::string_view pattern, std::string_view value);

}  // namespace glovebox
