// The interpreter in the first line of a script: "#!/bin/sh -e" and "#!/usr/bin/env sh" both give
// "sh".
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace glovebox {

// The number of bytes examined at the start of a file; Linux reads 256 bytes.
inline constexpr std::size_t kShebangBytes = 256;

// `head` is the start of a file. Empty if it is not a script or the name has unusual characters.
std::string interpreter_of(std::string_view head);

}  // namespace glovebox
