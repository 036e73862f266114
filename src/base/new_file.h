// Creates a file below a folder that may contain hostile entries.
#pragma once

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace glovebox {

// An empty file at the plain relative `path` below `folder`, open for writing. Creates parent
// folders, and replaces a file (or link) of that name. Follows no link: a link in place of a
// folder, and a path with "..", ".", NUL or a leading '/', is an Error.
Result<UniqueFd> new_file_below(int folder, const std::string& path, unsigned mode);

}  // namespace glovebox
