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
// The init shares the supervisor's memory, which runs on meanwhile, and the tool the init's until
// exec: copying it took longer than all the rest. So nothing here allocates, throws or touches
// errno: raw system calls (raw_calls.h) on a plan made beforehand, which nobody changes before the
// init is reaped. Where a project has to be copied, the init is a copy too (JobPlan::own_memory).
#include "sandbox/job_init.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/uio.h>
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

int mount_proc(const JobPlan& plan) {
  return plan.own_proc ? mount("proc", "/proc", "proc", kPlain | MS_NOEXEC | MS_RDONLY) : 0;
}

int mount_disk(const JobPlan& plan) {
  if (int e = mount("tmpfs", "/tmp", "tmpfs", kPlain, plan.disk_options.c_str())) return e;
  if (int e = make_job_folder("/tmp/upper", 0755, plan.change_id)) return e;
  if (int e = make_job_folder("/tmp/overlay", 0700, false)) return e;
  if (int e = make_job_folder("/tmp/tmp", 0777, plan.change_id)) return e;
  return make_job_folder("/tmp/shm", 0777, plan.change_id);
}

// An overlay notes in extended attributes what its folders hide of the project's; without them it
// removes, moves and makes anew none of those: EIO, EXDEV. tmpfs has them since Linux 6.6.
bool takes_attributes(const JobPlan& plan) {
  if (plan.shared->overlay == OverlayUse::kUnknown) {
    long set = raw::call(SYS_setxattr, raw::pointer("/tmp/overlay"), raw::pointer("user.glovebox"),
                         raw::pointer(""), 0, 0);
    plan.shared->overlay = set == -EOPNOTSUPP ? OverlayUse::kCopy : OverlayUse::kOverlay;
  }
  return plan.shared->overlay == OverlayUse::kOverlay;
}

// Files are born as the job's: no chown of each.
Result<WorkspaceStamp> copy_as_job(const JobPlan& plan, const UniqueFd& store,
                                   const UniqueFd& upper) {
  if (!plan.change_id) return copy_project(store.get(), plan.project, upper.get());
  ::setfsgid(kJobId);
  ::setfsuid(kJobId);
  Result<WorkspaceStamp> copied = copy_project(store.get(), plan.project, upper.get());
  ::setfsuid(kSupervisorId);
  ::setfsgid(kSupervisorId);
  return copied;
}

// In place of the overlay. The disk limit stands for what the job adds: the tmpfs grows first by
// more than any project has, then shrinks to what is used and the limit.
Result<void> copy_to_disk(const JobPlan& plan, int upper_fd) {
  constexpr DiskSize kRoomForAProject{std::uint64_t{1} << 40, 1 << 30};
  auto resize = [](const DiskSize& size) {
    return os::mount("tmpfs", "/tmp", "tmpfs", kPlain | MS_REMOUNT, size.options());
  };
  UniqueFd upper(::fcntl(upper_fd, F_DUPFD_CLOEXEC, 3));
  GB_TRY(UniqueFd store, os::open("/work", O_RDONLY | O_DIRECTORY));
  GB_TRY_VOID(resize(kRoomForAProject));
  GB_TRY(plan.shared->stamp, copy_as_job(plan, store, upper));
  struct statfs used;
  GB_TRY_VOID(os::check(::fstatfs(upper.get(), &used), "fstatfs", "/tmp/upper"));
  DiskSize size = plan.disk;
  size.bytes += static_cast<std::uint64_t>(used.f_bsize) * (used.f_blocks - used.f_bfree);
  size.inodes += used.f_files - used.f_ffree;
  return resize(size);
}

// The supervisor holds it beyond the life of this namespace, to collect artifacts from.
int hand_over(const JobPlan& plan, int upper) {
  char byte = 'u';
  iovec data{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof upper)] = {};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof upper);
  __builtin_memcpy(CMSG_DATA(header), &upper, sizeof upper);
  return raw::error_of(
      raw::call(SYS_sendmsg, plan.supervisor, raw::pointer(&message), MSG_NOSIGNAL));
}

int mount_work(const JobPlan& plan) {
  long upper = raw::call(SYS_openat, AT_FDCWD, raw::pointer("/tmp/upper"),
                         O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (upper < 0) return raw::error_of(upper);
  if (int e = hand_over(plan, static_cast<int>(upper))) return e;
  bool overlay = takes_attributes(plan);
  if (plan.project.empty()) return bind("/tmp/upper", "/work");
  if (overlay) {
    return mount("overlay", "/work", "overlay", kPlain, plan.overlay_options.c_str());
  }
  if (!plan.own_memory) return EOPNOTSUPP;
  Result<void> copied = copy_to_disk(plan, static_cast<int>(upper));
  if (copied.has_error()) {
    int e = copied.error().errno_value();
    return e == 0 ? EIO : e;
  }
  return bind("/tmp/upper", "/work");
}

// ---- The tool's side, from here to exec.

struct ToolStart {
  const JobPlan* plan;
  int ruleset;
};

int become_job(const JobPlan& plan) {
  if (plan.change_id) {
    if (long e = raw::call(SYS_setresgid, kJobId, kJobId, kJobId)) return raw::error_of(e);
    if (long e = raw::call(SYS_setresuid, kJobId, kJobId, kJobId)) return raw::error_of(e);
  }
  return drop_capabilities();
}

int tool_main(void* argument) {
  const ToolStart& start = *static_cast<const ToolStart*>(argument);
  const JobPlan& plan = *start.plan;
  if (step_failed(plan, "session", raw::error_of(raw::call(SYS_setsid)))) return 1;
  raw::call(SYS_umask, 022);
  if (step_failed(plan, "streams", take_streams(plan))) return 1;
  if (step_failed(plan, "rlimits", lower_rlimits(plan))) return 1;
  long entered = raw::call(SYS_chdir, raw::pointer("/work"));
  if (step_failed(plan, "cwd", raw::error_of(entered))) return 1;
  if (step_failed(plan, "identity", become_job(plan))) return 1;
  int confined = start.ruleset < 0 ? 0 : enter_landlock_domain(start.ruleset);
  if (step_failed(plan, "landlock", confined)) return 1;
  long closed = raw::call(SYS_close_range, 3, ~0U, 0);
  if (step_failed(plan, "descriptors", raw::error_of(closed))) return 1;
  unblock_signals();
  exec_tool(plan);
  return 1;
}

// ---- The init's side again.

// Injection comes before the step, so that nothing of it is done.
template <class Step>
bool stands(const JobPlan& plan, std::string_view name, Step&& step) {
  int injected = injected_errno(name);
  return !step_failed(plan, name, injected != 0 ? injected : step());
}

bool mount_all(const JobPlan& plan) {
  return stands(plan, "proc", [&] { return mount_proc(plan); }) &&
         stands(plan, "disk", [&] { return mount_disk(plan); }) &&
         stands(plan, "work", [&] { return mount_work(plan); }) &&
         stands(plan, "shm", [] { return bind("/tmp/shm", "/dev/shm"); }) &&
         stands(plan, "tmp", [] { return bind("/tmp/tmp", "/tmp"); });
}

long start_tool(const JobPlan& plan, int ruleset) {
  alignas(16) static char stack[64 << 10];
  ToolStart start{&plan, ruleset};
  int tool = ::clone(tool_main, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, &start);
  // libc's: only a clone that fails writes errno, and the job with it.
  return tool < 0 ? -errno : tool;
}

// The tool was born with the score that we were born with, and keeps it. What we write now is for
// the supervisor and for whoever shares its memory: us.
void spare_the_supervisor(const JobPlan& plan) {
  raw::call(SYS_write, plan.oom_score, raw::pointer(kSlotOomScore.data()),
            static_cast<long>(kSlotOomScore.size()));
  plan.shared->scored = false;
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
  const JobPlan& plan = *static_cast<const JobPlan*>(argument);
  int ruleset = -1;
  bool up = mount_all(plan) &&
            stands(plan, "ruleset", [&] { return make_job_ruleset(plan.landlock, &ruleset); });
  if (!up) return 1;
  long tool = start_tool(plan, ruleset);
  if (tool < 0) {
    report_failure(plan.report, "clone-tool", raw::error_of(tool));
    return 1;
  }
  spare_the_supervisor(plan);
  reap_until_end(tool, plan.report);
  return 0;
}

}  // namespace

Result<os::CloneResult> start_job_init(const JobPlan& plan, std::span<char> stack) {
  constexpr int kNamespaces = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS;
  if (plan.own_memory) {
    GB_TRY(os::CloneResult init, os::clone_process(kNamespaces));
    if (init.pid == 0) ::_exit(init_main(const_cast<JobPlan*>(&plan)));
    return init;
  }
  int pidfd = -1;
  int pid =
      ::clone(init_main, stack.data() + stack.size(),
              kNamespaces | CLONE_VM | CLONE_PIDFD | SIGCHLD, const_cast<JobPlan*>(&plan), &pidfd);
  GB_TRY_VOID(os::check(pid, "clone", ""));
  os::CloneResult init;
  init.pid = pid;
  init.pidfd.reset(pidfd);
  return init;
}

}  // namespace glovebox
