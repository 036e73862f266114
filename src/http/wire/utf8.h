// The part of UTF-8 that is needed to keep invalid bytes out of responses and names.
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

// The first code point of a non-empty text (RFC 3629: no overlong forms, no surrogates).
CodePoint first_code_point(std::string_view text);

// Replaces each byte that is not part of valid UTF-8 by U+FFFD.
std::string with_valid_utf8(std::string text);

}  // namespace glovebox
