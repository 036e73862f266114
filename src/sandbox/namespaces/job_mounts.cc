#include "sandbox/namespaces/job_mounts.h"

#include <fcntl.h>
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#include <cerrno>
#include <utility>

#include "base/os.h"
#include "sandbox/exec/raw_calls.h"
#include "sandbox/landlock/workspace.h"
#include "sandbox/namespaces/job_traces.h"
#include "sandbox/slot/id_map.h"

namespace glovebox {
namespace {

constexpr unsigned long kPlain = MS_NOSUID | MS_NODEV;
// For what a job may write: access times are not recorded.
constexpr unsigned long kWritable = kPlain | MS_NOATIME;

int mount(const char* source, const char* target, const char* type, unsigned long flags,
          const char* options = nullptr) {
  return raw::error_of(raw::call(SYS_mount, raw::pointer(source), raw::pointer(target),
                                 raw::pointer(type), static_cast<long>(flags),
                                 raw::pointer(options)));
}

int bind(const char* source, const char* target) {
  return mount(source, target, nullptr, MS_BIND);
}

// The supervisor's umask is 0.
int make_job_folder(const char* path, mode_t mode, bool change_owner) {
  int made = raw::error_of(raw::call(SYS_mkdirat, AT_FDCWD, raw::pointer(path), mode));
  if (made != 0 || !change_owner) return made;
  return raw::error_of(raw::call(SYS_fchownat, AT_FDCWD, raw::pointer(path), kJobId, kJobId, 0));
}

// An overlay records in extended attributes which of the project's folders are hidden. Without
// them, removing, moving or replacing such a folder fails (EIO, EXDEV). tmpfs has them since Linux
// 6.6.
bool takes_attributes(JobShared* shared) {
  if (shared->overlay == OverlayUse::kUnknown) {
    long set = raw::call(SYS_setxattr, raw::pointer("disk/overlay"), raw::pointer("user.glovebox"),
                         raw::pointer(""), 0, 0);
    shared->overlay = set == -EOPNOTSUPP ? OverlayUse::kCopy : OverlayUse::kOverlay;
  }
  return shared->overlay == OverlayUse::kOverlay;
}

// Files are created with the job's id, so no chown of each file is needed.
Result<WorkspaceStamp> copy_as_job(const InitStart& start, const UniqueFd& store,
                                   const UniqueFd& upper) {
  const std::string& project = start.job->project;
  if (!start.slot->change_id) return copy_project(store.get(), project, upper.get());
  ::setfsgid(kJobId);
  ::setfsuid(kJobId);
  Result<WorkspaceStamp> copied = copy_project(store.get(), project, upper.get());
  ::setfsuid(kSupervisorId);
  ::setfsgid(kSupervisorId);
  return copied;
}

// Instead of the overlay. The disk limit applies to what the job adds: the tmpfs is first enlarged
// by more than the size of any project, and then shrunk to the used size plus the limit.
Result<void> copy_to_disk(const InitStart& start, const UniqueFd& upper) {
  constexpr DiskSize kRoomForAProject{std::uint64_t{1} << 40, 1 << 30};
  auto resize = [](const DiskSize& size) {
    return os::mount("tmpfs", "disk", "tmpfs", kWritable | MS_REMOUNT, size.options());
  };
  GB_TRY(UniqueFd store, os::open("store", O_RDONLY | O_DIRECTORY));
  GB_TRY_VOID(resize(kRoomForAProject));
  GB_TRY(start.slot->shared->stamp, copy_as_job(start, store, upper));
  struct statfs used;
  GB_TRY_VOID(os::check(::fstatfs(upper.get(), &used), "fstatfs", "disk/upper"));
  DiskSize size = start.job->disk;
  size.bytes += static_cast<std::uint64_t>(used.f_bsize) * (used.f_blocks - used.f_bfree);
  size.inodes += used.f_files - used.f_ffree;
  return resize(size);
}

int open_at(const char* path, int flags) {
  return static_cast<int>(
      raw::call(SYS_openat, AT_FDCWD, raw::pointer(path), O_RDONLY | O_CLOEXEC | flags));
}

int copy_work(const InitStart& start) {
  if (!start.own_memory) return EOPNOTSUPP;
  Result<UniqueFd> upper = os::open("disk/upper", O_RDONLY | O_DIRECTORY);
  Result<void> copied = upper ? copy_to_disk(start, *upper) : upper.error();
  if (copied) return 0;
  return copied.error().errno_value() != 0 ? copied.error().errno_value() : EIO;
}

}  // namespace

// proc(5). hidepid: in that /proc a job sees neither its init nor details of a process that it may
// not trace; a reused init would otherwise show what earlier jobs used. subset (Linux 5.8): nothing
// of the host (cmdline, meminfo, stat, diskstats, sys).
int mount_proc(const InitPlan& slot) {
  constexpr unsigned long kProc = kPlain | MS_NOEXEC | MS_RDONLY;
  return slot.own_proc ? mount("proc", "/proc", "proc", kProc, "hidepid=2,subset=pid") : 0;
}

int mount_disk(const InitPlan& slot) {
  if (int e = mount("tmpfs", "disk", "tmpfs", kWritable, slot.disk_options.c_str())) return e;
  if (int e = make_job_folder("disk/upper", 0755, slot.change_id)) return e;
  if (int e = make_job_folder("disk/overlay", 0700, false)) return e;
  if (int e = make_job_folder("disk/tmp", 0777, slot.change_id)) return e;
  if (int e = make_job_folder("disk/shm", 0777, slot.change_id)) return e;
  if (slot.shared->times == FolderTimes::kUnknown) {
    bool fine = has_fine_times("disk/overlay", 0700);
    slot.shared->times = fine ? FolderTimes::kFine : FolderTimes::kCoarse;
  }
  return 0;
}

// These descriptors outlive this process, because the supervisor shares the table: upper, to
// collect artifacts; all three folders, to see what the job left; and the mount namespace.
int hand_over(const InitPlan& slot) {
  JobFolderFds folders{open_at("disk/upper", O_DIRECTORY), open_at("disk/tmp", O_PATH),
                       open_at("disk/shm", O_PATH)};
  for (int fd : {folders.upper, folders.tmp, folders.shm}) {
    if (fd < 0) return raw::error_of(fd);
  }
  struct stat empty;
  long known = raw::call(SYS_fstat, folders.upper, raw::pointer(&empty));
  slot.shared->size_of_empty = known == 0 ? std::int64_t{empty.st_size} : -1;
  slot.shared->folders = folders;
  slot.shared->upper.store(folders.upper, std::memory_order_release);
  if (slot.own_proc && slot.shared->mounts < 0) {
    slot.shared->mounts = open_at("/proc/self/ns/mnt", 0);
  }
  return 0;
}

int enter_job_root(const InitStart& start) {
  const JobPlan& job = *start.job;
  if (job.root.empty()) return 0;
  constexpr unsigned long kRoot = kPlain | MS_RDONLY;
  if (int e = mount("overlay", "job-root", "overlay", kRoot, job.root_options.c_str())) return e;
  // Its devices are separate mounts if the host's devices are bound.
  if (int e = mount("/dev", "job-root/dev", nullptr, MS_BIND | MS_REC)) return e;
  if (start.slot->own_proc) {
    if (int e = mount("/proc", "job-root/proc", nullptr, MS_MOVE)) return e;
  }
  return raw::error_of(raw::call(SYS_chroot, raw::pointer("job-root")));
}

int resize_disk(const InitPlan& slot, const JobPlan& job) {
  if (job.disk_options == slot.disk_options) return 0;
  return mount("tmpfs", "disk", "tmpfs", kWritable | MS_REMOUNT, job.disk_options.c_str());
}

int mount_work(const InitStart& start) {
  const JobPlan& job = *start.job;
  bool overlay = takes_attributes(start.slot->shared);
  if (job.project.empty()) return bind("disk/upper", "/work");
  if (overlay) return mount("overlay", "/work", "overlay", kWritable, job.overlay_options.c_str());
  if (int e = copy_work(start)) return e;
  return bind("disk/upper", "/work");
}

int mount_shm() {
  return bind("disk/shm", "/dev/shm");
}

int mount_tmp() {
  return bind("disk/tmp", "/tmp");
}

int make_ruleset(const InitStart& start) {
  int* made = &start.slot->shared->ruleset;
  if (start.job->root.empty()) return make_job_ruleset(start.slot->landlock, made);
  JobRuleset wanted{start.slot->landlock.abi, open_at("/", O_PATH), open_at("/dev", O_PATH)};
  int result = EBADF;
  if (wanted.root >= 0 && wanted.dev >= 0) result = make_job_ruleset(wanted, made);
  for (int fd : {wanted.root, wanted.dev}) {
    if (fd >= 0) raw::call(SYS_close, fd);
  }
  return result;
}

// A mount without users is freed before the call returns.
int unmount_job(const InitPlan& slot) {
  JobShared& shared = *slot.shared;
  shared.upper.store(-1, std::memory_order_release);
  for (int* fd :
       {&shared.folders.upper, &shared.folders.tmp, &shared.folders.shm, &shared.ruleset}) {
    int open = std::exchange(*fd, -1);
    if (open >= 0) raw::call(SYS_close, open);
  }
  // When they are moved into the tmpfs, one call unmounts them together with it: each unmounting
  // call waits for all CPUs.
  if (int e = mount("/work", "disk/upper", nullptr, MS_MOVE)) return e;
  if (int e = mount("/dev/shm", "disk/shm", nullptr, MS_MOVE)) return e;
  if (int e = mount("/tmp", "disk/tmp", nullptr, MS_MOVE)) return e;
  return raw::error_of(raw::call(SYS_umount2, raw::pointer("disk"), MNT_DETACH));
}

}  // namespace glovebox
