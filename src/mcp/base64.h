// Base64 as RFC 4648 has it, with padding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace glovebox {

std::string to_base64(std::string_view bytes);
// Nothing where it is not Base64.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace glovebox
