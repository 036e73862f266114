// Standard input for a tool that takes it.
#pragma once

#include <string>

#include "base/result.h"
#include "base/units.h"

namespace glovebox {

// What a run may be given; exec has no such bound.
inline constexpr ByteCount kMaxStandardInput{1ULL << 20};

// All of it, up to its end; "" where it is a terminal, since nobody was asked to type. kUser where
// there is more than kMaxStandardInput. Blocks.
Result<std::string> read_standard_input();

}  // namespace glovebox
