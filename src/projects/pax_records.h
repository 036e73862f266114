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

// The fields that apply to the next entry. Times, owners, comments and attributes are ignored.
struct PaxFields {
  std::optional<std::string> path;
  std::optional<std::string> link_path;
  std::optional<std::uint64_t> size;  // of the data in the archive
  SparseFields sparse;
};

// Refuses records that two programs could interpret differently: a malformed record, a field that
// is given twice or empty, and a name or size for the whole archive.
Result<PaxFields> parse_pax(std::string_view records, PaxScope scope);

}  // namespace glovebox::tar
