#include "base/clean_text.h"

#include <algorithm>

namespace glovebox {
namespace {

constexpr char kEscape = '\x1b';
constexpr char kBell = '\x07';
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr char32_t kBad = 0xFFFFFFFF;

// Removes one character from the front; kBad (and one byte less) if it is not UTF-8.
char32_t take_character(std::string_view& text) {
  auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  unsigned char lead = byte(0);
  std::size_t length = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  char32_t code = lead < 0x80 ? lead : lead & (0x7F >> length);
  bool good = length > 0 && lead < 0xF5 && text.size() >= length;
  for (std::size_t i = 1; good && i < length; ++i) {
    good = (byte(i) & 0xC0) == 0x80;
    code = (code << 6) | (byte(i) & 0x3F);
  }
  bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (!good || overlong || surrogate || code > 0x10FFFF) {
    text.remove_prefix(1);
    return kBad;
  }
  text.remove_prefix(length);
  return code;
}

// Control characters of C0, DEL and C1, and characters that reorder or hide text.
bool is_unshowable(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || c == 0x061C;
}

// Removes what follows an ESC: a CSI or OSC sequence, or one character.
void skip_escape_sequence(std::string_view& text) {
  if (text.empty()) return;
  char kind = text.front();
  text.remove_prefix(1);
  if (kind == '[') {
    while (!text.empty() && (text.front() < '@' || text.front() > '~')) text.remove_prefix(1);
    if (!text.empty()) text.remove_prefix(1);
  } else if (kind == ']') {
    while (!text.empty() && text.front() != kBell && text.front() != kEscape) text.remove_prefix(1);
    if (text.starts_with("\x1b\\")) text.remove_prefix(1);
    if (!text.empty()) text.remove_prefix(1);
  } else if (kind >= ' ' && kind <= '/') {  // such as ESC ( B, which tput's sgr0 begins with
    while (!text.empty() && text.front() >= ' ' && text.front() <= '/') text.remove_prefix(1);
    if (!text.empty()) text.remove_prefix(1);
  }
}

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= ' ' && c < 0x7F) || c == '\t'; });
}

}  // namespace

std::string clean_line(std::string_view text, std::size_t max_bytes) {
  std::string line;
  bool space = false;
  while (!text.empty()) {
    if (text.front() == kEscape) {
      text.remove_prefix(1);
      skip_escape_sequence(text);
      continue;
    }
    std::string_view rest = text;
    char32_t c = take_character(text);
    std::string_view bytes = rest.substr(0, rest.size() - text.size());
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      space = !line.empty();
      continue;
    }
    if (c == kBad) {
      bytes = kReplacement;
    } else if (is_unshowable(c)) {
      continue;
    }
    if (line.size() + (space ? 1 : 0) + bytes.size() > max_bytes) break;
    if (space) line += ' ';
    space = false;
    line += bytes;
  }
  return line;
}

std::string inert_line(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes && is_plain(text)) return std::string(text);
  std::string line;
  while (!text.empty()) {
    if (text.front() == kEscape) {
      text.remove_prefix(1);
      skip_escape_sequence(text);
      continue;
    }
    std::string_view rest = text;
    char32_t c = take_character(text);
    if (c != kBad && c != '\t' && is_unshowable(c)) continue;
    std::string_view bytes = c == kBad ? kReplacement : rest.substr(0, rest.size() - text.size());
    if (line.size() + bytes.size() > max_bytes) break;
    line += bytes;
  }
  return line;
}

std::string first_clean_line(std::string_view text, std::size_t max_bytes) {
  text = text.substr(0, 4096);
  while (!text.empty()) {
    std::size_t end = std::min(text.find('\n'), text.size());
    std::string line = clean_line(text.substr(0, end), max_bytes);
    if (!line.empty()) return line;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return "";
}

}  // namespace glovebox
