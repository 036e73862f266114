// Unpacks a zip whose structure has been checked (zip_structure.h), in one pass in the order of the
// data. Checks the size and the CRC of each entry.
#pragma once

#include "base/result.h"
#include "projects/archive_file.h"
#include "projects/tree_writer.h"
#include "projects/unpack_budget.h"

namespace glovebox {

Result<void> unpack_zip(const ArchiveFile& file, UnpackBudget& budget, TreeWriter& writer);

}  // namespace glovebox
