// Just enough UTF-8 to keep broken bytes out of answers and names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace glovebox {

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t bytes = 0;  // 0: not valid UTF-8 here
};

// The first code point of a text that is not empty (RFC 3629: no overlong forms, no surrogates).
CodePoint first_code_point(std::string_view text);

// Each byte that is not part of valid UTF-8 replaced by U+FFFD.
std::string with_valid_utf8(std::string text);

}  // namespace glovebox
