#include "cli/import_report.h"

#include <fmt/format.h>

#include <cstdio>

#include "base/log.h"

namespace glovebox {

void print_import_notes(const ImportNotes& notes) {
  if (!notes.root.empty()) {
    fmt::print(stderr, "glovebox: the project is the archive's single top folder, {}\n",
               escape_for_log(notes.root));
  }
  for (const ProjectWarning& warning : notes.warnings) {
    fmt::print(stderr, "glovebox: warning: {}: {}\n", escape_for_log(warning.path),
               escape_for_log(warning.message));
  }
  auto shown = static_cast<std::int64_t>(notes.warnings.size());
  if (notes.warning_count > shown) {
    fmt::print(stderr, "glovebox: {} more warnings\n", notes.warning_count - shown);
  }
}

}  // namespace glovebox
