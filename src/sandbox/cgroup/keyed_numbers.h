// Numbers in the text of cgroupfs files.
#pragma once

#include <cstdint>
#include <string_view>

namespace glovebox {

// The number at the beginning of the text; 0 if there is none.
std::int64_t to_number(std::string_view text);
// The N of the line "key N"; 0 if there is none.
std::int64_t find_keyed(std::string_view text, std::string_view key);

}  // namespace glovebox
