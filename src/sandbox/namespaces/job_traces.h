// What a job left in the folders that it may write to, as shown by stat(2) and statfs(2). The next
// job of the slot may reuse only what the last one did not change.
//
// Equal traces before and after a job prove that nothing was changed in between:
//   - each file, folder or link that is created takes the next inode number, even if it is removed
//     later: the next number shows how many were created;
//   - each attribute uses one inode of the tmpfs and each byte a page. statfs counts both, also for
//     files that are unlinked but still open;
//   - a change to a name, mode, owner, time or access control list of the three folders changes
//     their ctime, which no process can set. This requires fine-grained times (Linux 6.13): once a
//     ctime was read, the next change gets another one. On older kernels times advance with the
//     clock's tick, so nothing is proven;
//   - the overlay creates everything below the upper folder and its work folder, and the job cannot
//     reach either in another way.
// Access times are not recorded: those mounts are noatime.
#pragma once

#include <array>
#include <cstdint>

namespace glovebox {

// Descriptors of the folders, all on the job's tmpfs; O_PATH is sufficient.
struct JobFolderFds {
  int upper = -1;
  int tmp = -1;
  int shm = -1;
};

struct FolderTrace {
  std::uint64_t inode = 0;
  std::uint64_t links = 0;
  std::uint64_t mode_and_owners[3] = {};
  std::int64_t size = 0;
  std::int64_t times[6] = {};
  bool operator==(const FolderTrace&) const = default;
};

struct JobTraces {
  std::array<FolderTrace, 3> folders;
  std::uint64_t blocks = 0;
  std::uint64_t free_blocks = 0;
  std::uint64_t inodes = 0;
  std::uint64_t free_inodes = 0;
  std::uint64_t next_inode = 0;
};

// Raw system calls, as in job_init.cc. Returns 0 or an errno. The reading itself uses one inode
// number.
int read_traces(const JobFolderFds& folders, JobTraces* traces);
// Takes one reading after the other.
bool nothing_between(const JobTraces& before, const JobTraces& after);

// Whether each change of a folder gets a different ctime if the ctime is read in between. Changes
// the folder's mode to `mode`.
bool has_fine_times(const char* folder, unsigned mode);

}  // namespace glovebox
