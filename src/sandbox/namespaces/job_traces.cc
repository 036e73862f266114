#include "sandbox/namespaces/job_traces.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include <cerrno>

#include "sandbox/exec/raw_calls.h"

namespace glovebox {
namespace {

FolderTrace trace_of(const struct stat& folder) {
  FolderTrace trace;
  trace.inode = folder.st_ino;
  trace.links = folder.st_nlink;
  trace.mode_and_owners[0] = folder.st_mode;
  trace.mode_and_owners[1] = folder.st_uid;
  trace.mode_and_owners[2] = folder.st_gid;
  trace.size = folder.st_size;
  const timespec* times[] = {&folder.st_atim, &folder.st_mtim, &folder.st_ctim};
  for (int i = 0; i < 3; ++i) {
    trace.times[2 * i] = times[i]->tv_sec;
    trace.times[2 * i + 1] = times[i]->tv_nsec;
  }
  return trace;
}

// A file that never had a name and has been closed again.
int take_number(int folder, std::uint64_t* number) {
  long fd = raw::call(SYS_openat, folder, raw::pointer("."), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0);
  if (fd < 0) return raw::error_of(fd);
  struct stat status;
  long known = raw::call(SYS_fstat, fd, raw::pointer(&status));
  raw::call(SYS_close, fd);
  *number = status.st_ino;
  return raw::error_of(known);
}

}  // namespace

int read_traces(const JobFolderFds& folders, JobTraces* traces) {
  const int fds[] = {folders.upper, folders.tmp, folders.shm};
  for (int i = 0; i < 3; ++i) {
    struct stat status;
    if (long e = raw::call(SYS_fstat, fds[i], raw::pointer(&status))) return raw::error_of(e);
    traces->folders[static_cast<std::size_t>(i)] = trace_of(status);
  }
  struct statfs disk;
  if (long e = raw::call(SYS_fstatfs, folders.upper, raw::pointer(&disk))) return raw::error_of(e);
  traces->blocks = disk.f_blocks;
  traces->free_blocks = disk.f_bfree;
  traces->inodes = disk.f_files;
  traces->free_inodes = disk.f_ffree;
  return take_number(folders.upper, &traces->next_inode);
}

bool nothing_between(const JobTraces& before, const JobTraces& after) {
  return before.folders == after.folders && before.blocks == after.blocks &&
         before.free_blocks == after.free_blocks && before.inodes == after.inodes &&
         before.free_inodes == after.free_inodes && after.next_inode == before.next_inode + 1;
}

bool has_fine_times(const char* folder, unsigned mode) {
  // It is practically impossible that a clock tick falls between each two of so many readings.
  constexpr int kChanges = 16;
  timespec last{};
  for (int i = 0; i <= kChanges; ++i) {
    struct stat status;
    if (raw::call(SYS_fchmodat, AT_FDCWD, raw::pointer(folder), mode) != 0) return false;
    if (raw::call(SYS_newfstatat, AT_FDCWD, raw::pointer(folder), raw::pointer(&status), 0) != 0) {
      return false;
    }
    bool same = status.st_ctim.tv_sec == last.tv_sec && status.st_ctim.tv_nsec == last.tv_nsec;
    if (same) return false;
    last = status.st_ctim;
  }
  return true;
}

}  // namespace glovebox
