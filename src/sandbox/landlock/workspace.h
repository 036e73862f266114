// The folders of one job in the landlock tier, where nothing can be mounted: a copy of its project
// at work/, and tmp/, both below the slot's own folder. Links that the job created are never
// followed. The namespaces tier uses only the copy, on kernels whose overlay is incomplete.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <ctime>
#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace glovebox {

// Identifies the files that the copy created. A file that is later, or was not copied, is from the
// job.
struct WorkspaceStamp {
  timespec begin{};  // no copied file was modified after it
  timespec end{};    // and none was changed after it
  std::int64_t copied_bytes = 0;

  bool is_later(const struct stat& file) const;
};

// Creates work/ and tmp/ in `slot_folder` and copies everything below `store_folder`/`project`
// (empty: nothing) to work/. Files keep their permissions and their time of modification, unless
// that is in the future. Symbolic links are created with the same text. kInternal if the store's
// folder contains anything else.
Result<WorkspaceStamp> make_workspace(int slot_folder, int store_folder,
                                      const std::string& project);

// Only the copy, into an existing folder.
Result<WorkspaceStamp> copy_project(int store_folder, const std::string& project, int target);

// Removes both, whatever the job changed in them.
Result<void> remove_workspace(int slot_folder);

// The size of what is below a folder, while a job still writes there.
struct FolderUsage {
  std::int64_t bytes = 0;  // as allocated
  std::int64_t entries = 0;
};
// Stops counting after `most_entries`.
FolderUsage measure_folder(int folder, std::int64_t most_entries);

}  // namespace glovebox
