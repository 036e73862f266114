// Opens and removes below a folder without following a symbolic link.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

namespace glovebox {

// The folder `path` (components joined by '/', or empty for root_fd itself) below root_fd, opened
// component by component with O_NOFOLLOW.
Result<UniqueFd> open_folder_below(int root_fd, std::string_view path);

// Removes parent_fd/name, a file or a whole tree of any depth; no error if it does not exist. Stack
// and open descriptors do not grow with the depth of the tree: folders are moved up to its top
// before they are emptied.
Result<void> remove_below(int parent_fd, const std::string& name);

}  // namespace glovebox
