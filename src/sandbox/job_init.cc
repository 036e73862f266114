// Theory of operation. The init is a copy of the supervisor (clone(2)), alone in new PID, mount,
// IPC and UTS namespaces, with the capabilities of the slot's user namespace until it ends. It
// mounts:
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
// it starts the tool with CLONE_VM | CLONE_VFORK: that child shares the init's memory until exec,
// so it calls nothing but system calls, allocates nothing, and reports through the shared page
// (tool_start.h).
#include "sandbox/job_init.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "base/os.h"
#include "sandbox/id_map.h"
#include "sandbox/landlock_domain.h"
#include "sandbox/packet.h"
#include "sandbox/setup_step.h"
#include "sandbox/tool_start.h"

namespace glovebox {
namespace {

constexpr unsigned long kPlain = MS_NOSUID | MS_NODEV;

Result<void> make_job_folder(const char* path, unsigned mode, bool change_owner) {
  GB_TRY_VOID(os::check(::mkdir(path, mode), "mkdir", path));
  GB_TRY_VOID(os::check(::chmod(path, mode), "chmod", path));  // whatever the umask
  if (!change_owner) return ok();
  return os::check(::chown(path, kJobId, kJobId), "chown", path);
}

Result<void> mount_disk(const JobPlan& plan) {
  GB_TRY_VOID(os::mount("tmpfs", "/tmp", "tmpfs", kPlain, plan.disk.options()));
  GB_TRY_VOID(make_job_folder("/tmp/upper", 0755, plan.change_id));
  GB_TRY_VOID(make_job_folder("/tmp/overlay", 0700, false));
  GB_TRY_VOID(make_job_folder("/tmp/tmp", 0777, plan.change_id));
  return make_job_folder("/tmp/shm", 0777, plan.change_id);
}

// An overlay notes in extended attributes what its folders hide of the project's; without them it
// removes, moves and makes anew none of those: EIO, EXDEV. tmpfs has them since Linux 6.6.
bool takes_attributes(const char* folder) {
  return ::setxattr(folder, "user.glovebox", "", 0, 0) == 0 || errno != EOPNOTSUPP;
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
Result<void> copy_to_disk(const JobPlan& plan, const UniqueFd& upper) {
  constexpr DiskSize kRoomForAProject{std::uint64_t{1} << 40, 1 << 30};
  auto resize = [](const DiskSize& size) {
    return os::mount("tmpfs", "/tmp", "tmpfs", kPlain | MS_REMOUNT, size.options());
  };
  GB_TRY(UniqueFd store, os::open("/work", O_RDONLY | O_DIRECTORY));
  GB_TRY_VOID(resize(kRoomForAProject));
  GB_TRY(*plan.stamp, copy_as_job(plan, store, upper));
  struct statfs used;
  GB_TRY_VOID(os::check(::fstatfs(upper.get(), &used), "fstatfs", "/tmp/upper"));
  DiskSize size = plan.disk;
  size.bytes += static_cast<std::uint64_t>(used.f_bsize) * (used.f_blocks - used.f_bfree);
  size.inodes += used.f_files - used.f_ffree;
  return resize(size);
}

Result<void> mount_work(const JobPlan& plan) {
  // Held by the supervisor beyond the life of this namespace, to collect artifacts from.
  GB_TRY(UniqueFd upper, os::open("/tmp/upper", O_RDONLY | O_DIRECTORY));
  int fds[] = {upper.get()};
  GB_TRY_VOID(send_packet(plan.supervisor, "upper", fds));
  if (!plan.project.empty()) {
    if (takes_attributes("/tmp/overlay")) {
      return os::mount("overlay", "/work", "overlay", kPlain, plan.overlay_options);
    }
    GB_TRY_VOID(copy_to_disk(plan, upper));
  }
  return os::mount("/tmp/upper", "/work", nullptr, MS_BIND);
}

Result<void> mount_all(const JobPlan& plan) {
  GB_TRY_VOID(setup_step("proc", [&]() -> Result<void> {
    if (!plan.own_proc) return ok();
    return os::mount("proc", "/proc", "proc", kPlain | MS_NOEXEC | MS_RDONLY);
  }));
  GB_TRY_VOID(setup_step("disk", [&] { return mount_disk(plan); }));
  GB_TRY_VOID(setup_step("work", [&] { return mount_work(plan); }));
  GB_TRY_VOID(
      setup_step("shm", [] { return os::mount("/tmp/shm", "/dev/shm", nullptr, MS_BIND); }));
  return setup_step("tmp", [] { return os::mount("/tmp/tmp", "/tmp", nullptr, MS_BIND); });
}

// ---- The tool's side, from here to exec: system calls and plain data only.

struct ToolStart {
  const JobPlan* plan;
  int ruleset;
};

bool become_job(const JobPlan& plan) {
  if (plan.change_id) {
    if (::syscall(SYS_setgroups, 0, nullptr) != 0) return false;
    if (::syscall(SYS_setresgid, kJobId, kJobId, kJobId) != 0) return false;
    if (::syscall(SYS_setresuid, kJobId, kJobId, kJobId) != 0) return false;
  }
  return drop_capabilities();
}

bool enter_domain(const ToolStart& start) {
  if (start.ruleset < 0) return true;
  int failure = enter_landlock_domain(start.ruleset);
  errno = failure;
  return failure == 0;
}

int tool_main(void* argument) {
  const ToolStart& start = *static_cast<const ToolStart*>(argument);
  const JobPlan& plan = *start.plan;
  if (step_failed(plan, "session", ::setsid() >= 0)) return 1;
  if (step_failed(plan, "streams", take_streams(plan))) return 1;
  if (step_failed(plan, "rlimits", lower_rlimits(plan))) return 1;
  if (step_failed(plan, "cwd", ::chdir("/work") == 0)) return 1;
  if (step_failed(plan, "identity", become_job(plan))) return 1;
  if (step_failed(plan, "landlock", enter_domain(start))) return 1;
  if (step_failed(plan, "descriptors", ::close_range(3, ~0U, 0) == 0)) return 1;
  reset_signals();
  exec_tool(plan);
  return 1;
}

// ---- The init's side again.

pid_t start_tool(const JobPlan& plan, int ruleset) {
  alignas(16) static char stack[64 << 10];
  ToolStart start{&plan, ruleset};
  return ::clone(tool_main, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, &start);
}

// Reaps whatever ends, until the tool is among it.
void reap_until_end(pid_t tool, JobReport* report) {
  for (;;) {
    int status = 0;
    pid_t pid = ::waitpid(-1, &status, 0);
    if (pid == tool) {
      report->wait_status = status;
      report->tool_ended = true;
      return;
    }
    if (pid < 0 && errno != EINTR) return;  // cannot be before the tool's own end
  }
}

}  // namespace

void run_job_init(const JobPlan& plan) {
  UniqueFd ruleset;
  Result<void> mounted = mount_all(plan);
  if (mounted.has_value()) {
    mounted = setup_step("ruleset", [&]() -> Result<void> {
      GB_TRY(ruleset, make_landlock_ruleset(plan.landlock_abi));
      return ok();
    });
  }
  if (mounted.has_error()) {
    std::string message = mounted.error().message();
    report_failure(plan.report, message.substr(0, message.find(':')),
                   mounted.error().errno_value());
    ::_exit(1);
  }
  pid_t tool = start_tool(plan, ruleset.get());
  if (tool < 0) {
    report_failure(plan.report, "clone-tool", errno);
    ::_exit(1);
  }
  reap_until_end(tool, plan.report);
  ::_exit(0);
}

}  // namespace glovebox
