// Unguessable text from the kernel's generator (getrandom(2)).
#pragma once

#include <string>
#include <string_view>

namespace glovebox {

// In the order of their codes.
inline constexpr std::string_view kIdAlphabet =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

// PREFIX followed by 22 characters of [0-9A-Za-z] (130 random bits), such as "job_4fQ…". Any
// thread.
std::string random_id(std::string_view prefix);

}  // namespace glovebox
