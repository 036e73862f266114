#include "base/random.h"

#include <sys/random.h>

#include <array>
#include <cstdlib>

namespace glovebox {

std::string random_id(std::string_view prefix) {
  static constexpr std::size_t kLength = 22;
  static constexpr unsigned kUnbiased =
      62 * 4;  // bytes from here on would favour the first letters
  std::string id(prefix);
  while (id.size() < prefix.size() + kLength) {
    std::array<unsigned char, 32> bytes;
    // Up to 256 bytes are always returned completely. Without randomness the program must not
    // continue.
    if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
      std::abort();
    }
    for (unsigned char byte : bytes) {
      if (byte < kUnbiased && id.size() < prefix.size() + kLength) id += kIdAlphabet[byte % 62];
    }
  }
  return id;
}

}  // namespace glovebox
