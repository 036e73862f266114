// Theory of operation. The init is alone in new PID, mount, IPC and UTS namespaces, with the
// capabilities of the slot's user namespace until it ends. It mounts:
//
//   /proc      of the new PID namespace, read-only
//   /tmp       first a tmpfs as large as the job's disk limit, holding upper, overlay, tmp and shm
//   /work      an overlay of the project (which the slot shows at /work/HASH) and that tmpfs'
//   upper;
//              before Linux 6.6 a copy of the project in upper
//   /dev/shm   its shm folder
//   /tmp       its tmp folder, covering the tmpfs itself
//
// so that the store and the upper layer are covered, with no capability left to uncover them. Then
// it starts the tool with CLONE_VM | CLONE_VFORK and reaps until that has ended.
//
// It is cloned before its job is known, as soon as the one before has ended, makes the namespaces,
// /proc and the tmpfs, and waits (futex(2)): what takes longest is done while nobody waits for it.
//
// The init shares the supervisor's memory, which runs on meanwhile, and the tool the init's until
// exec: copying it took longer than all the rest. So nothing here allocates, throws or touches
// errno: raw system calls (raw_calls.h) on plans that nobody changes once the init may read them.
// Where a project has to be copied, the init is a copy too (InitStart::own_memory).
//
// It shares the supervisor's descriptors: so it finds the job's streams, which came after it, and
// the supervisor what it opens, which it closes all at once when the job is over. Among that is one
// of the mount namespace, so that taking it apart, which waits for all CPUs, holds up neither the
// init's end nor the word of it. The tool has a table of its own, and closes all but three.
#include "sandbox/job_init.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "base/os.h"
#include "sandbox/id_map.h"
#include "sandbox/landlock_domain.h"
#include "sandbox/raw_calls.h"
#include "sandbox/setup_step.h"
#include "sandbox/slot.h"
#include "sandbox/tool_start.h"

namespace glovebox {
namespace {

constexpr unsigned long kPlain = MS_NOSUID | MS_NODEV;

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

int mount_proc(const InitPlan& slot) {
  return slot.own_proc ? mount("proc", "/proc", "proc", kPlain | MS_NOEXEC | MS_RDONLY) : 0;
}

int mount_disk(const InitPlan& slot) {
  if (int e = mount("tmpfs", "/tmp", "tmpfs", kPlain, slot.disk_options.c_str())) return e;
  if (int e = make_job_folder("/tmp/upper", 0755, slot.change_id)) return e;
  if (int e = make_job_folder("/tmp/overlay", 0700, false)) return e;
  if (int e = make_job_folder("/tmp/tmp", 0777, slot.change_id)) return e;
  return make_job_folder("/tmp/shm", 0777, slot.change_id);
}

// What this job may write.
int resize_disk(const InitPlan& slot, const JobPlan& job) {
  if (job.disk_options == slot.disk_options) return 0;
  return mount("tmpfs", "/tmp", "tmpfs", kPlain | MS_REMOUNT, job.disk_options.c_str());
}

// An overlay notes in extended attributes what its folders hide of the project's; without them it
// removes, moves and makes anew none of those: EIO, EXDEV. tmpfs has them since Linux 6.6.
bool takes_attributes(JobShared* shared) {
  if (shared->overlay == OverlayUse::kUnknown) {
    long set = raw::call(SYS_setxattr, raw::pointer("/tmp/overlay"), raw::pointer("user.glovebox"),
                         raw::pointer(""), 0, 0);
    shared->overlay = set == -EOPNOTSUPP ? OverlayUse::kCopy : OverlayUse::kOverlay;
  }
  return shared->overlay == OverlayUse::kOverlay;
}

// Files are born as the job's: no chown of each.
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

// In place of the overlay. The disk limit stands for what the job adds: the tmpfs grows first by
// more than any project has, then shrinks to what is used and the limit.
Result<void> copy_to_disk(const InitStart& start, const UniqueFd& upper) {
  constexpr DiskSize kRoomForAProject{std::uint64_t{1} << 40, 1 << 30};
  auto resize = [](const DiskSize& size) {
    return os::mount("tmpfs", "/tmp", "tmpfs", kPlain | MS_REMOUNT, size.options());
  };
  GB_TRY(UniqueFd store, os::open("/work", O_RDONLY | O_DIRECTORY));
  GB_TRY_VOID(resize(kRoomForAProject));
  GB_TRY(start.slot->shared->stamp, copy_as_job(start, store, upper));
  struct statfs used;
  GB_TRY_VOID(os::check(::fstatfs(upper.get(), &used), "fstatfs", "/tmp/upper"));
  DiskSize size = start.job->disk;
  size.bytes += static_cast<std::uint64_t>(used.f_bsize) * (used.f_blocks - used.f_bfree);
  size.inodes += used.f_files - used.f_ffree;
  return resize(size);
}

int open_at(const char* path, int flags) {
  return static_cast<int>(
      raw::call(SYS_openat, AT_FDCWD, raw::pointer(path), O_RDONLY | O_CLOEXEC | flags));
}

// They outlive this process, since the supervisor shares the table of descriptors: the one to
// collect artifacts from, the other to hold the mounts.
int hand_over(const InitPlan& slot) {
  int upper = open_at("/tmp/upper", O_DIRECTORY);
  if (upper < 0) return raw::error_of(upper);
  struct stat empty;
  long known = raw::call(SYS_fstat, upper, raw::pointer(&empty));
  slot.shared->size_of_empty = known == 0 ? std::int64_t{empty.st_size} : -1;
  slot.shared->upper.store(upper, std::memory_order_release);
  if (slot.own_proc) (void)open_at("/proc/self/ns/mnt", 0);
  return 0;
}

int copy_work(const InitStart& start) {
  if (!start.own_memory) return EOPNOTSUPP;
  Result<UniqueFd> upper = os::open("/tmp/upper", O_RDONLY | O_DIRECTORY);
  Result<void> copied = upper ? copy_to_disk(start, *upper) : upper.error();
  if (copied) return 0;
  return copied.error().errno_value() != 0 ? copied.error().errno_value() : EIO;
}

int mount_work(const InitStart& start) {
  const JobPlan& job = *start.job;
  bool overlay = takes_attributes(start.slot->shared);
  if (job.project.empty()) return bind("/tmp/upper", "/work");
  if (overlay) return mount("overlay", "/work", "overlay", kPlain, job.overlay_options.c_str());
  if (int e = copy_work(start)) return e;
  return bind("/tmp/upper", "/work");
}

// ---- The tool's side, from here to exec.

struct ToolStart {
  const InitPlan* slot;
  const JobPlan* job;
  int ruleset;
};

int become_job(const InitPlan& slot) {
  if (slot.change_id) {
    if (long e = raw::call(SYS_setresgid, kJobId, kJobId, kJobId)) return raw::error_of(e);
    if (long e = raw::call(SYS_setresuid, kJobId, kJobId, kJobId)) return raw::error_of(e);
  }
  return drop_capabilities();
}

// We were born with the score that supervisor and init have had until now, and keep it: a process
// between vfork and exec is passed over when those who share the supervisor's memory get its new
// one. Before exec, since from there on the tool may fill what memory it has in no time.
void spare_the_supervisor(const InitPlan& slot) {
  raw::call(SYS_write, slot.oom_score, raw::pointer(kSlotOomScore.data()),
            static_cast<long>(kSlotOomScore.size()));
  slot.shared->scored = false;
}

int tool_main(void* argument) {
  const ToolStart& start = *static_cast<const ToolStart*>(argument);
  const JobPlan& job = *start.job;
  spare_the_supervisor(*start.slot);
  if (step_failed(job.report, "session", raw::error_of(raw::call(SYS_setsid)))) return 1;
  raw::call(SYS_umask, 022);
  if (step_failed(job.report, "streams", take_streams(job))) return 1;
  if (step_failed(job.report, "rlimits", lower_rlimits(job))) return 1;
  long entered = raw::call(SYS_chdir, raw::pointer("/work"));
  if (step_failed(job.report, "cwd", raw::error_of(entered))) return 1;
  if (step_failed(job.report, "identity", become_job(*start.slot))) return 1;
  int confined = start.ruleset < 0 ? 0 : enter_landlock_domain(start.ruleset);
  if (step_failed(job.report, "landlock", confined)) return 1;
  long closed = raw::call(SYS_close_range, 3, ~0U, 0);
  if (step_failed(job.report, "descriptors", raw::error_of(closed))) return 1;
  unblock_signals();
  exec_tool(job);
  return 1;
}

// ---- The init's side again.

// Injection comes before the step, so that nothing of it is done.
template <class Step>
bool stands(JobReport* report, std::string_view name, Step&& step) {
  int injected = injected_errno(name);
  return !step_failed(report, name, injected != 0 ? injected : step());
}

// Whatever the job is.
bool make_ready(const InitStart& start) {
  const InitPlan& slot = *start.slot;
  return stands(start.report, "proc", [&] { return mount_proc(slot); }) &&
         stands(start.report, "disk", [&] { return mount_disk(slot); }) &&
         stands(start.report, "hand-over", [&] { return hand_over(slot); });
}

bool make_work(const InitStart& start) {
  JobReport* report = start.job->report;
  return stands(report, "size", [&] { return resize_disk(*start.slot, *start.job); }) &&
         stands(report, "work", [&] { return mount_work(start); }) &&
         stands(report, "shm", [] { return bind("/tmp/shm", "/dev/shm"); }) &&
         stands(report, "tmp", [] { return bind("/tmp/tmp", "/tmp"); });
}

void wait_to_go(const InitStart& start) {
  while (start.may_go.load(std::memory_order_acquire) == 0) {
    raw::call(SYS_futex, raw::pointer(&start.may_go), FUTEX_WAIT_PRIVATE, 0, 0);
  }
}

long start_tool(const InitStart& init, int ruleset) {
  alignas(16) static char stack[64 << 10];
  ToolStart start{init.slot, init.job, ruleset};
  int tool = ::clone(tool_main, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, &start);
  // libc's: only a clone that fails writes errno, and the job with it.
  return tool < 0 ? -errno : tool;
}

// Reaps whatever ends, until the tool is among it.
void reap_until_end(long tool, JobReport* report) {
  for (;;) {
    int status = 0;
    long pid = raw::call(SYS_wait4, -1, raw::pointer(&status), 0, 0);
    if (pid == tool) {
      report->wait_status = status;
      report->tool_ended = true;
      return;
    }
    if (pid < 0 && pid != -EINTR) return;  // cannot be before the tool's own end
  }
}

int init_main(void* argument) {
  const InitStart& start = *static_cast<const InitStart*>(argument);
  if (!make_ready(start)) return 1;
  wait_to_go(start);
  int ruleset = -1;
  JobReport* report = start.job->report;
  bool up = make_work(start) && stands(report, "ruleset", [&] {
              return make_job_ruleset(start.slot->landlock, &ruleset);
            });
  if (!up) return 1;
  long tool = start_tool(start, ruleset);
  if (tool < 0) {
    report_failure(report, "clone-tool", raw::error_of(tool));
    return 1;
  }
  reap_until_end(tool, report);
  return 0;
}

}  // namespace

Result<os::CloneResult> start_job_init(InitStart& start, std::span<char> stack) {
  constexpr int kNamespaces = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS;
  constexpr int kShared = CLONE_FILES;
  if (start.own_memory) {
    GB_TRY(os::CloneResult init, os::clone_process(kNamespaces | kShared));
    if (init.pid == 0) ::_exit(init_main(&start));
    return init;
  }
  int pidfd = -1;
  int pid = ::clone(init_main, stack.data() + stack.size(),
                    kNamespaces | kShared | CLONE_VM | CLONE_PIDFD | SIGCHLD, &start, &pidfd);
  GB_TRY_VOID(os::check(pid, "clone", ""));
  os::CloneResult init;
  init.pid = pid;
  init.pidfd.reset(pidfd);
  return init;
}

void let_go(InitStart& start) {
  start.may_go.store(1, std::memory_order_release);
  ::syscall(SYS_futex, &start.may_go, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

}  // namespace glovebox
