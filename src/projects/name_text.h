// Names as the programs that people use write them, made into UTF-8.
#pragma once

#include <string>
#include <string_view>

namespace glovebox {

bool is_utf8(std::string_view text);

// IBM code page 437, the character set of a zip's names where its UTF-8 flag is not set (APPNOTE
// 4.4.4 and appendix D). Bytes below 0x80 stay as they are.
std::string utf8_from_cp437(std::string_view bytes);

// Replaces each byte that is no part of valid UTF-8 by %XX.
std::string percent_encode_invalid(std::string_view bytes);

// Shift JIS, GBK and Big5 have characters whose second byte is 0x5c, which is no backslash there.
// Replaces it by %5C where the byte before it can be a first one.
std::string percent_encode_trail_backslashes(std::string_view bytes);

}  // namespace glovebox
