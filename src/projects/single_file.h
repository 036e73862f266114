// An upload that is a single source file instead of an archive.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "projects/archive_file.h"
#include "projects/tree_writer.h"
#include "projects/unpack_budget.h"

namespace glovebox {

// Whether its start can be text in some character set, which has no NUL byte.
bool looks_like_text(std::string_view head);
// Whether a name promises an archive or a packed file, so that other content means damage.
bool has_archive_suffix(std::string_view file_name);

// A tree with this one file. `file_name` is its last component and must be valid in a path.
Result<void> copy_single_file(const ArchiveFile& file, const std::string& file_name,
                              UnpackBudget& budget, TreeWriter& writer);

}  // namespace glovebox
