// Copies a local directory, given on the command line, into a tree.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "projects/tree_writer.h"
#include "projects/unpack_budget.h"

namespace glovebox {

// Copies everything, including hidden files, except the folder open at `left_out_fd`. This is the
// store itself, which is inside the copied directory if a user runs a tool on "." with the data
// below it. Symbolic links are treated as in an archive and never followed; special files are left
// out. The directory itself may be given through a link.
Result<void> copy_directory(const std::filesystem::path& directory, int left_out_fd,
                            UnpackBudget& budget, TreeWriter& writer);

}  // namespace glovebox
