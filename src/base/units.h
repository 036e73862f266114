// Sizes, durations and counts as people write them: "512MiB", "60s". Parsing is exact.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace glovebox {

class ByteCount {
 public:
  constexpr ByteCount() = default;
  constexpr explicit ByteCount(std::uint64_t bytes) : bytes_(bytes) {}
  constexpr std::uint64_t bytes() const { return bytes_; }
  constexpr auto operator<=>(const ByteCount&) const = default;

 private:
  std::uint64_t bytes_ = 0;
};

namespace literals {
constexpr ByteCount operator""_KiB(unsigned long long n) {
  return ByteCount(n << 10);
}
constexpr ByteCount operator""_MiB(unsigned long long n) {
  return ByteCount(n << 20);
}
constexpr ByteCount operator""_GiB(unsigned long long n) {
  return ByteCount(n << 30);
}
}  // namespace literals

// "65536", "64KiB", "512MiB", "1.5GiB"; also k, M, G and kB, MB, GB as powers of 1,000.
Result<ByteCount> parse_byte_count(std::string_view text);
// "1500ms", "60s", "1.5s", "2m", "24h", "7d"; a bare number is seconds.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);

// The shortest exact or one-decimal form: "512 MiB", "1.5 GiB", "17 bytes".
std::string format_bytes(ByteCount count);
// "340 ms", "1.2 s", "2 min 5 s", "24 hours", "1 h 31 min", "7 days".
std::string format_duration(std::chrono::milliseconds duration);
// "1,716".
std::string format_count(std::uint64_t count);

}  // namespace glovebox
