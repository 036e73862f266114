// A file made below a folder, whatever stands in the way there.
#pragma once

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace glovebox {

// An empty file at the plain relative `path` below `folder`, open for writing; folders on the way
// are made, and a file (or link) of that name is replaced. Nothing is followed: where a link stands
// in place of a folder, and for a path with "..", ".", NUL or a leading '/', it is an Error.
Result<UniqueFd> new_file_below(int folder, const std::string& path, unsigned mode);

}  // namespace glovebox
