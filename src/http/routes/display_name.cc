#include "http/routes/display_name.h"

#include <cstdint>

#include "http/wire/utf8.h"

namespace glovebox {
namespace {

constexpr std::size_t kLongestName = 120;

// Control characters (C0, DEL, C1), line and paragraph separators, and characters that change the
// direction of text or are invisible.
bool is_misleading(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0xad || c == 0x61c ||
         (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
         (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

}  // namespace

std::string display_name(std::string_view client_name) {
  std::size_t slash = client_name.find_last_of("/\\");
  if (slash != std::string_view::npos) client_name.remove_prefix(slash + 1);
  std::string name;
  while (!client_name.empty()) {
    CodePoint first = first_code_point(client_name);
    std::size_t bytes = first.bytes == 0 ? 1 : first.bytes;
    if (first.bytes != 0 && !is_misleading(first.value)) {
      if (name.size() + bytes > kLongestName) break;
      name += client_name.substr(0, bytes);
    }
    client_name.remove_prefix(bytes);
  }
  bool empty = name.find_first_not_of(" .") == std::string::npos;
  return empty ? "project" : name;
}

}  // namespace glovebox
