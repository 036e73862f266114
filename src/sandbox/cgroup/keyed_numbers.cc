#include "sandbox/cgroup/keyed_numbers.h"

#include <charconv>

namespace glovebox {

std::int64_t to_number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::int64_t find_keyed(std::string_view text, std::string_view key) {
  for (std::size_t at = 0; (at = text.find(key, at)) != std::string_view::npos; at += key.size()) {
    bool starts_line = at == 0 || text[at - 1] == '\n';
    if (starts_line && text.size() > at + key.size() && text[at + key.size()] == ' ') {
      return to_number(text.substr(at + key.size() + 1));
    }
  }
  return 0;
}

}  // namespace glovebox
