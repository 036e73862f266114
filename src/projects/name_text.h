// Converts names, as common programs write them, to UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace glovebox {

bool is_utf8(std::string_view text);

// IBM code page 437, the character set of names in a zip whose UTF-8 flag is not set (APPNOTE 4.4.4
// and appendix D). Bytes below 0x80 are unchanged.
std::string utf8_from_cp437(std::string_view bytes);

// Replaces each byte that is not part of valid UTF-8 with %XX.
std::string percent_encode_invalid(std::string_view bytes);

// Shift JIS, GBK and Big5 have characters with a second byte of 0x5c, which is not a backslash
// there. Replaces it with %5C if the byte before it can be a first byte.
std::string percent_encode_trail_backslashes(std::string_view bytes);

}  // namespace glovebox
