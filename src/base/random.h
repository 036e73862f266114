// Unguessable text from the kernel's generator (getrandom(2)).
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace glovebox {

// In the order of their codes.
inline constexpr std::string_view kIdAlphabet =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

// PREFIX followed by 22 characters of [0-9A-Za-z] (130 random bits), such as "job_4fQ…". Any
// thread.
std::string random_id(std::string_view prefix);

// The same ids, from randomness that is fetched for several at a time. For ids that are not secret:
// the bytes of the next ones are in memory. One thread; not across fork(2).
class RandomIds {
 public:
  std::string next(std::string_view prefix);

 private:
  std::array<unsigned char, 256> bytes_{};
  std::size_t used_ = sizeof bytes_;
};

}  // namespace glovebox
