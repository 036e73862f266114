// The process that parses hostile bytes gives up what it does not need: capabilities, new
// privileges, being traced or dumped, and with Landlock all files but its own.
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"

namespace glovebox {

struct ConfinementPlan {
  std::vector<std::filesystem::path> read_write;  // folders that must be there
  std::vector<std::filesystem::path> read_only;   // folders or files; what is missing is left out
  // Below these an empty folder may be removed, as a scratch folder is at the end; nothing more.
  std::vector<std::filesystem::path> remove_folders;
  // The only TCP port that may be bound, from Landlock ABI 4 on; -1: none. Nothing may be connected
  // to.
  int bind_port = -1;
};

// Call once the launcher stands and before any thread: threads and children inherit it. Where the
// kernel has no Landlock the rest is done and a warning logged; anything else that fails is an
// Error, and the process should not go on.
Result<void> confine_this_process(const ConfinementPlan& plan);

}  // namespace glovebox
