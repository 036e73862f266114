// A job's standard input as a file, which needs no writer.
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

namespace glovebox {

// A memfd_create(2) that contains the text, is at offset 0 and is sealed against every change. For
// an empty text an invalid descriptor, which the sandbox replaces by /dev/null.
Result<UniqueFd> make_stdin_file(std::string_view text);

}  // namespace glovebox
