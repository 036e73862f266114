#include "http/wire/utf8.h"

#include <array>

namespace glovebox {

CodePoint first_code_point(std::string_view text) {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  unsigned char lead = byte(0);
  if (lead < 0x80) return CodePoint{lead, 1};
  std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return {};
  std::uint32_t value = lead & (0xffU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {};
    value = (value << 6) | (byte(i) & 0x3fU);
  }
  static constexpr std::array<std::uint32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};
  bool surrogate = value >= 0xd800 && value <= 0xdfff;
  if (value < kSmallest[size] || value > 0x10ffff || surrogate) return {};
  return CodePoint{value, size};
}

std::string with_valid_utf8(std::string text) {
  std::size_t good = 0;
  while (good < text.size()) {
    std::size_t bytes = first_code_point(std::string_view(text).substr(good)).bytes;
    if (bytes == 0) break;
    good += bytes;
  }
  if (good == text.size()) return text;
  std::string clean = text.substr(0, good);
  std::string_view rest = std::string_view(text).substr(good);
  while (!rest.empty()) {
    std::size_t bytes = first_code_point(rest).bytes;
    clean += bytes == 0 ? std::string_view("\xef\xbf\xbd") : rest.substr(0, bytes);
    rest.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  return clean;
}

}  // namespace glovebox
