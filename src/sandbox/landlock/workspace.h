// The folders of one job in the landlock tier, where nothing can be mounted: a copy of its project
// at work/, and tmp/, both below the slot's own folder. No link of a job's making is ever followed.
// The namespaces tier takes the copy alone, where the kernel's overlay is not whole.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <ctime>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace glovebox {

// Which files the copy itself has made; what is later, or was not among them, is the job's doing.
struct WorkspaceStamp {
  timespec begin{};  // no copied file was modified after it
  timespec end{};    // and not changed after that
  std::int64_t copied_bytes = 0;

  bool is_later(const struct stat& file) const;
};

// Makes work/ and tmp/ in `slot_folder` and copies all below `store_folder`/`project` (empty:
// nothing) to the former. Files keep their permissions and, unless it lies ahead, their time of
// modification. Symbolic links are created again. kInternal where the store's folder holds anything
// else.
Result<WorkspaceStamp> make_workspace(int slot_folder, int store_folder,
                                      const std::string& project);

// The copy alone, into a folder that is there.
Result<WorkspaceStamp> copy_project(int store_folder, const std::string& project, int target);

// Removes both, whatever the job made of them.
Result<void> remove_workspace(int slot_folder);

// What lies below a folder, while a job still writes there.
struct FolderUsage {
  std::int64_t bytes = 0;  // as allocated
  std::int64_t entries = 0;
};
// Stops counting after `most_entries`.
FolderUsage measure_folder(int folder, std::int64_t most_entries);

}  // namespace glovebox
