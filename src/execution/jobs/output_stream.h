// The two output streams of a job.
#pragma once

#include <cstdint>

namespace glovebox {

enum class OutputStream : std::uint8_t { kStdout, kStderr };

}  // namespace glovebox
