#include "base/utf8_text.h"

#include <algorithm>
#include <cstddef>

namespace glovebox {
namespace {

struct Character {
  std::size_t length = 1;
  bool valid = false;
};

bool between(unsigned char c, unsigned char low, unsigned char high) {
  return low <= c && c <= high;
}

// The number of bytes after the first, and the allowed values of the first of those: Unicode 15,
// table 3-7.
struct Shape {
  std::size_t following = 0;
  unsigned char low = 0x80;
  unsigned char high = 0xbf;
};

Shape shape_of(unsigned char first) {
  if (between(first, 0xc2, 0xdf)) return {1, 0x80, 0xbf};
  if (first == 0xe0) return {2, 0xa0, 0xbf};
  if (first == 0xed) return {2, 0x80, 0x9f};
  if (between(first, 0xe1, 0xef)) return {2, 0x80, 0xbf};
  if (first == 0xf0) return {3, 0x90, 0xbf};
  if (between(first, 0xf1, 0xf3)) return {3, 0x80, 0xbf};
  if (first == 0xf4) return {3, 0x80, 0x8f};
  return {};
}

Character next_character(std::string_view bytes) {
  auto first = static_cast<unsigned char>(bytes[0]);
  if (first < 0x80) return {1, true};
  Shape shape = shape_of(first);
  if (shape.following == 0) return {1, false};
  for (std::size_t i = 1; i <= shape.following; ++i) {
    if (i == bytes.size()) return {i, false};
    auto c = static_cast<unsigned char>(bytes[i]);
    if (!between(c, i == 1 ? shape.low : 0x80, i == 1 ? shape.high : 0xbf)) return {i, false};
  }
  return {shape.following + 1, true};
}

}  // namespace

std::string to_valid_utf8(std::string_view bytes) {
  bool ascii = std::all_of(bytes.begin(), bytes.end(), [](char c) { return (c & 0x80) == 0; });
  if (ascii) return std::string(bytes);
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    Character next = next_character(bytes);
    text += next.valid ? bytes.substr(0, next.length) : std::string_view("\xef\xbf\xbd");
    bytes.remove_prefix(next.length);
  }
  return text;
}

}  // namespace glovebox
