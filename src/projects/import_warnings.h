// ImportWarnings: what an import left out or changed. The first kMaxProjectWarnings are stored; all
// are counted.
#pragma once

#include <string>
#include <string_view>

#include "model/project.h"

namespace glovebox {

// One thread.
class ImportWarnings {
 public:
  // `entry` may contain any bytes; it is escaped and truncated for display.
  void add(std::string_view entry, std::string_view message);
  // Files that macOS or Windows added: one warning for all of them.
  void left_out_clutter(std::string_view entry);

  // Moves them into `notes`.
  void finish(ImportNotes& notes);

 private:
  ImportNotes notes_;
  std::int64_t clutter_ = 0;
  std::string first_clutter_;
};

}  // namespace glovebox
