// Copies a directory of the machine's own, as the command line gives it, into a tree.
#pragma once

#include <filesystem>

#include "base/result.h"
#include "projects/tree_writer.h"
#include "projects/unpack_budget.h"

namespace glovebox {

// Everything in it, hidden files too, but for the folder open at `left_out_fd`: the store itself,
// which stands inside what it copies where someone runs a tool on "." with the data below it.
// Symbolic links inside are kept or left out as those of an archive are, and never followed;
// special files are left out. The directory itself may be given through a link.
Result<void> copy_directory(const std::filesystem::path& directory, int left_out_fd,
                            UnpackBudget& budget, TreeWriter& writer);

}  // namespace glovebox
