// A job's standard input as a file that needs no writer.
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

namespace glovebox {

// A memfd_create(2) that holds the text, stands at its start and is sealed against every change.
// Empty text: an invalid descriptor, which the sandbox takes for /dev/null.
Result<UniqueFd> make_stdin_file(std::string_view text);

}  // namespace glovebox
