// What a job has left where it may write, as stat(2) and statfs(2) show it. The next job of the
// slot may reuse only what the last one has left untouched.
//
// Equal traces before and after mean that nothing was changed in between:
//   - every file, folder or link that is created takes the next inode number, also if it is removed
//     later: the next number shows how many were created;
//   - every attribute takes an inode's worth of the tmpfs, every byte a page, and statfs counts
//   both,
//     of what is unlinked but still open too;
//   - a name, a mode, an owner, a time or an access control list of the three folders themselves,
//   made
//     or changed, leaves another time of change there (ctime), which nobody can set.
//     That holds where those times are fine (Linux 6.13): a time of change that was looked at is
//     never given twice. Elsewhere they advance with the clock's tick, so that nothing is proven;
//   - the overlay makes whatever it makes below the upper folder and its work folder, neither of
//     which the job can reach in another way.
// Times of access are not kept at all: those mounts are noatime.
#pragma once

#include <array>
#include <cstdint>

namespace glovebox {

// Descriptors of the folders, all on the job's tmpfs; O_PATH will do.
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

// Raw system calls, as in job_init.cc. 0 or an errno. Takes a number itself.
int read_traces(const JobFolderFds& folders, JobTraces* traces);
// One reading after the other.
bool nothing_between(const JobTraces& before, const JobTraces& after);

// Whether each change of a folder that is looked at in between gets a time of its own there.
// Changes the folder's mode, to `mode`.
bool has_fine_times(const char* folder, unsigned mode);

}  // namespace glovebox
