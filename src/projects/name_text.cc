#include "projects/name_text.h"

#include <fmt/format.h>
#include <utf8proc.h>

#include <array>

namespace glovebox {
namespace {

// The characters 0x80 to 0xff of code page 437.
constexpr std::array<char16_t, 128> kCp437{
    u'\u00c7', u'\u00fc', u'\u00e9', u'\u00e2', u'\u00e4', u'\u00e0', u'\u00e5', u'\u00e7',
    u'\u00ea', u'\u00eb', u'\u00e8', u'\u00ef', u'\u00ee', u'\u00ec', u'\u00c4', u'\u00c5',
    u'\u00c9', u'\u00e6', u'\u00c6', u'\u00f4', u'\u00f6', u'\u00f2', u'\u00fb', u'\u00f9',
    u'\u00ff', u'\u00d6', u'\u00dc', u'\u00a2', u'\u00a3', u'\u00a5', u'\u20a7', u'\u0192',
    u'\u00e1', u'\u00ed', u'\u00f3', u'\u00fa', u'\u00f1', u'\u00d1', u'\u00aa', u'\u00ba',
    u'\u00bf', u'\u2310', u'\u00ac', u'\u00bd', u'\u00bc', u'\u00a1', u'\u00ab', u'\u00bb',
    u'\u2591', u'\u2592', u'\u2593', u'\u2502', u'\u2524', u'\u2561', u'\u2562', u'\u2556',
    u'\u2555', u'\u2563', u'\u2551', u'\u2557', u'\u255d', u'\u255c', u'\u255b', u'\u2510',
    u'\u2514', u'\u2534', u'\u252c', u'\u251c', u'\u2500', u'\u253c', u'\u255e', u'\u255f',
    u'\u255a', u'\u2554', u'\u2569', u'\u2566', u'\u2560', u'\u2550', u'\u256c', u'\u2567',
    u'\u2568', u'\u2564', u'\u2565', u'\u2559', u'\u2558', u'\u2552', u'\u2553', u'\u256b',
    u'\u256a', u'\u2518', u'\u250c', u'\u2588', u'\u2584', u'\u258c', u'\u2590', u'\u2580',
    u'\u03b1', u'\u00df', u'\u0393', u'\u03c0', u'\u03a3', u'\u03c3', u'\u00b5', u'\u03c4',
    u'\u03a6', u'\u0398', u'\u03a9', u'\u03b4', u'\u221e', u'\u03c6', u'\u03b5', u'\u2229',
    u'\u2261', u'\u00b1', u'\u2265', u'\u2264', u'\u2320', u'\u2321', u'\u00f7', u'\u2248',
    u'\u00b0', u'\u2219', u'\u00b7', u'\u221a', u'\u207f', u'\u00b2', u'\u25a0', u'\u00a0'};

// The length of the character at the front in bytes; 0 if it is invalid.
std::size_t character_at(std::string_view text) {
  utf8proc_int32_t character;
  utf8proc_ssize_t used = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                           static_cast<utf8proc_ssize_t>(text.size()), &character);
  return used > 0 ? static_cast<std::size_t>(used) : 0;
}

bool is_first_of_two(char c) {
  auto byte = static_cast<unsigned char>(c);
  return byte >= 0x81 && byte <= 0xfe;
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    std::size_t used = character_at(text);
    if (used == 0) return false;
    text.remove_prefix(used);
  }
  return true;
}

std::string utf8_from_cp437(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (char c : bytes) {
    auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text.push_back(c);
      continue;
    }
    utf8proc_uint8_t encoded[4];
    auto size = utf8proc_encode_char(kCp437[byte - 0x80u], encoded);
    text.append(reinterpret_cast<const char*>(encoded), static_cast<std::size_t>(size));
  }
  return text;
}

std::string percent_encode_invalid(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    std::size_t used = character_at(bytes);
    if (used == 0) {
      text += fmt::format("%{:02X}", static_cast<unsigned char>(bytes[0]));
      used = 1;
    } else {
      text.append(bytes.substr(0, used));
    }
    bytes.remove_prefix(used);
  }
  return text;
}

std::string percent_encode_trail_backslashes(std::string_view bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (!is_first_of_two(bytes[i]) || i + 1 == bytes.size()) {
      text.push_back(bytes[i]);
      continue;
    }
    text.push_back(bytes[i]);
    ++i;
    if (bytes[i] == '\\') {
      text += "%5C";
    } else {
      text.push_back(bytes[i]);
    }
  }
  return text;
}

}  // namespace glovebox
