#include "base/random.h"

#include <sys/random.h>

#include <cstdlib>
#include <span>

namespace glovebox {
namespace {

constexpr std::size_t kIdLength = 22;
// Bytes from here on would favour the first letters.
constexpr unsigned kUnbiased = 62 * 4;

// Up to 256 bytes are always returned completely. Without randomness the program must not continue.
void fill(std::span<unsigned char> bytes) {
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    std::abort();
  }
}

}  // namespace

std::string random_id(std::string_view prefix) {
  std::string id(prefix);
  while (id.size() < prefix.size() + kIdLength) {
    std::array<unsigned char, 32> bytes;
    fill(bytes);
    for (unsigned char byte : bytes) {
      if (byte < kUnbiased && id.size() < prefix.size() + kIdLength) id += kIdAlphabet[byte % 62];
    }
  }
  return id;
}

std::string RandomIds::next(std::string_view prefix) {
  std::string id;
  id.reserve(prefix.size() + kIdLength);
  id = prefix;
  while (id.size() < prefix.size() + kIdLength) {
    if (used_ == bytes_.size()) {
      fill(bytes_);
      used_ = 0;
    }
    unsigned char byte = bytes_[used_++];
    if (byte < kUnbiased) id += kIdAlphabet[byte % 62];
  }
  return id;
}

}  // namespace glovebox
