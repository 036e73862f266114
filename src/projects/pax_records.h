// The records of a pax extended header: "LENGTH KEY=VALUE\n".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "projects/tar_sparse.h"

namespace glovebox::tar {

enum class PaxScope { kNextEntry, kWholeArchive };

// What they say about the next entry. Times, owners, comments and attributes are read over.
struct PaxFields {
  std::optional<std::string> path;
  std::optional<std::string> link_path;
  std::optional<std::uint64_t> size;  // of the data in the archive
  SparseFields sparse;
};

// Refused here, since each makes two programs see two archives: a malformed record, a field given
// twice or empty, and one that names or measures a file given for the whole archive.
Result<PaxFields> parse_pax(std::string_view records, PaxScope scope);

}  // namespace glovebox::tar
