// Standard input for a tool that accepts it.
#pragma once

#include <string>

#include "base/result.h"
#include "base/units.h"

namespace glovebox {

// The limit for `run`; `exec` has none.
inline constexpr ByteCount kMaxStandardInput{1ULL << 20};

// Reads standard input to its end; "" if it is a terminal, because nobody was asked to type. kUser
// if it is longer than kMaxStandardInput. Blocks.
Result<std::string> read_standard_input();

}  // namespace glovebox
