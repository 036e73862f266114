// The records of a pax extended header: "LENGTH KEY=VALUE\n".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace glovebox::tar {

enum class PaxScope { kNextEntry, kWholeArchive };

// The path that it gives the next entry, if any; times, owners, comments and attributes are read
// over, as is the target of a link, which its entry is refused for. Refused here, since each makes
// two programs see two archives: a malformed record, a path given twice, empty or for the whole
// archive, any size, and everything about sparse files.
Result<std::optional<std::string>> pax_path(std::string_view records, PaxScope scope);

}  // namespace glovebox::tar
