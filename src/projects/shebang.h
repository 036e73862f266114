// The interpreter that a script names in its first line: "#!/bin/sh -e" and "#!/usr/bin/env sh"
// both give "sh".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace glovebox {

// Of a file's beginning, this much is looked at; Linux reads 256 bytes.
inline constexpr std::size_t kShebangBytes = 256;

// `head` is the beginning of a file. Empty where it is no script or the name has odd characters.
std::string interpreter_of(std::string_view head);

}  // namespace glovebox
