// Theory of operation. The init is alone in new PID, mount, IPC and UTS namespaces, and has the
// capabilities of the slot's user namespace until it ends. It mounts (job_mounts.cc):
//
//   /proc      of the new PID namespace, read-only
//   /          for a job that names another root: an overlay of the skeleton and that root
//   /tmp       first a tmpfs as large as the job's disk limit, holding upper, overlay, tmp and shm
//   /work      an overlay of the project (which the slot shows at /work/HASH) and the upper folder
//              of that tmpfs; before Linux 6.6 a copy of the project in upper
//   /dev/shm   its shm folder
//   /tmp       its tmp folder, covering the tmpfs itself
//
// so that the store and the upper layer are covered, and no capability is left to uncover them.
// Then it starts the tool with CLONE_VM | CLONE_VFORK and reaps until the tool has ended.
//
// The init is cloned as soon as the previous one has ended, before its job is known. It creates the
// namespaces, /proc and the tmpfs, and waits (futex(2)): the slowest work is done while nobody
// waits for it.
//
// A reusable init does not end with its job's tool if no other process of the job is left: it
// reports that the job has ended and waits. The supervisor (init_pool.h) decides what can be
// reused: it keeps the mounts, has all of them except /proc replaced, or kills the init.
//
// The init shares the memory of the supervisor, which continues to run, and the tool shares the
// init's memory until exec: copying it took longer than everything else together. So this code does
// not allocate, throw or use errno. It makes raw system calls (raw_calls.h) with plans that do not
// change once the init may read them. If a project has to be copied, the init has its own memory
// (InitStart::own_memory).
//
// The init shares the supervisor's descriptor table: it can use the job's streams, which are opened
// after it was cloned, and the supervisor can use what the init opens, and closes all of it when
// the job has ended. One of these descriptors is the mount namespace: freeing it waits for all CPUs
// and must not delay the end of the init. The tool has its own table, and closes all but three
// descriptors.
#include "sandbox/namespaces/job_init.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "base/os.h"
#include "sandbox/exec/raw_calls.h"
#include "sandbox/exec/tool_start.h"
#include "sandbox/landlock/landlock_domain.h"
#include "sandbox/namespaces/job_mounts.h"
#include "sandbox/setup_step.h"
#include "sandbox/slot/id_map.h"
#include "sandbox/slot/slot.h"

namespace glovebox {
namespace {

// ---- The tool's side, until exec.

struct ToolStart {
  const InitPlan* slot;
  const JobPlan* job;
};

int become_job(const InitPlan& slot) {
  if (slot.change_id) {
    if (long e = raw::call(SYS_setresgid, kJobId, kJobId, kJobId)) return raw::error_of(e);
    if (long e = raw::call(SYS_setresuid, kJobId, kJobId, kJobId)) return raw::error_of(e);
  }
  return drop_capabilities();
}

// Supervisor and init had this OOM score when this process was created, and it keeps it: the kernel
// skips a process between vfork and exec when the processes that share the supervisor's memory get
// the new score. This happens before exec, because afterwards the tool may use up its memory at
// once.
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
  int ruleset = start.slot->shared->ruleset;
  int confined = ruleset < 0 ? 0 : enter_landlock_domain(ruleset);
  if (step_failed(job.report, "landlock", confined)) return 1;
  long closed = raw::call(SYS_close_range, 3, ~0U, 0);
  if (step_failed(job.report, "descriptors", raw::error_of(closed))) return 1;
  unblock_signals();
  exec_tool(job);
  return 1;
}

// ---- The init's side again.

// An injected failure happens before the step, so that nothing of the step is done.
template <class Step>
bool step_done(JobReport* report, std::string_view name, Step&& step) {
  int injected = injected_errno(name);
  return !step_failed(report, name, injected != 0 ? injected : step());
}

// Everything that is the same for every job.
bool prepare(const InitStart& start) {
  const InitPlan& slot = *start.slot;
  return step_done(start.report, "proc", [&] { return mount_proc(slot); }) &&
         step_done(start.report, "disk", [&] { return mount_disk(slot); }) &&
         step_done(start.report, "hand-over", [&] { return hand_over(slot); });
}

// `in_root`: the init is already in the other root that this job names.
bool make_work(const InitStart& start, bool& in_root) {
  const InitPlan& slot = *start.slot;
  JobReport* report = start.job->report;
  if (!step_done(report, "job-root", [&] { return in_root ? 0 : enter_job_root(start); }))
    return false;
  in_root = !start.job->root.empty();
  return step_done(report, "size", [&] { return resize_disk(slot, *start.job); }) &&
         step_done(report, "work", [&] { return mount_work(start); }) &&
         step_done(report, "shm", mount_shm) && step_done(report, "tmp", mount_tmp) &&
         step_done(report, "ruleset", [&] { return make_ruleset(start); });
}

std::uint32_t wait_for_word(const InitStart& start) {
  for (;;) {
    std::uint32_t word = start.word.load(std::memory_order_acquire);
    if (word != kInitWaits) return word;
    raw::call(SYS_futex, raw::pointer(&start.word), FUTEX_WAIT_PRIVATE, kInitWaits, 0);
  }
}

long start_tool(const InitStart& start) {
  alignas(16) static char stack[64 << 10];
  ToolStart start_of_tool{start.slot, start.job};
  int tool =
      ::clone(tool_main, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, &start_of_tool);
  // libc's clone: it writes errno only if it fails, and then the job fails too.
  return tool < 0 ? -errno : tool;
}

// Reaps processes until the tool has ended. If the job has been asked to end, reaps until all of
// its processes have ended: a shell dies immediately on SIGTERM, while its children may still be
// working. The supervisor kills the init if that takes too long.
void reap_until_end(long tool, const JobShared& shared, JobReport* report) {
  for (;;) {
    int status = 0;
    long pid = raw::call(SYS_wait4, -1, raw::pointer(&status), 0, 0);
    if (pid == tool) {
      report->wait_status = status;
      report->tool_ended = true;
    }
    if (report->tool_ended && !shared.terminating) return;
    if (pid < 0 && pid != -EINTR) return;  // no process is left
  }
}

// Every process of the namespace except process 1, which is this one, is below it; when a process
// ends, its children become children of process 1. So if process 1 has no child left, dead or
// alive, it is alone. No process is being created either: its creator would be a live process below
// us.
bool is_alone() {
  for (;;) {
    long pid = raw::call(SYS_wait4, -1, 0, WNOHANG | __WALL, 0);
    if (pid == -ECHILD) return true;
    if (pid <= 0 && pid != -EINTR) return false;
  }
}

// False if the tool was not started.
bool run_tool(const InitStart& start) {
  JobReport* report = start.job->report;
  long tool = start_tool(start);
  if (tool < 0) {
    report_failure(report, "clone-tool", raw::error_of(tool));
    return false;
  }
  reap_until_end(tool, *start.slot->shared, report);
  return report->tool_ended && report->failed_errno == 0;
}

// The next process gets number 2 again, so that a job cannot see how many jobs ran before it.
bool reset_numbers(const InitPlan& slot) {
  return raw::call(SYS_pwrite64, slot.last_pid, raw::pointer("1"), 1, 0) == 1;
}

bool say_done(const InitPlan& slot) {
  const std::uint64_t one = 1;
  return raw::call(SYS_write, slot.done, raw::pointer(&one), sizeof one) == sizeof one;
}

// After this the supervisor may give the init another job.
bool say_over(InitStart& start) {
  start.word.store(kInitWaits, std::memory_order_relaxed);
  return say_done(*start.slot);
}

// Replaces what `prepare` and `make_work` have mounted.
bool renew(InitStart& start, std::uint32_t word) {
  const InitPlan& slot = *start.slot;
  if (unmount_job(slot) != 0) return false;
  if (word == kInitRenews && !say_done(slot)) return false;
  return step_done(start.report, "disk", [&] { return mount_disk(slot); }) &&
         step_done(start.report, "hand-over", [&] { return hand_over(slot); });
}

// Runs one job. Returns true if the init waits for another.
bool run_job(InitStart& start) {
  return run_tool(start) && start.reusable && !start.slot->shared->terminating && is_alone() &&
         reset_numbers(*start.slot) && say_over(start);
}

int init_main(void* argument) {
  InitStart& start = *static_cast<InitStart*>(argument);
  JobShared& shared = *start.slot->shared;
  if (!prepare(start)) return 1;
  bool in_root = false;
  for (bool has_work = false;;) {
    std::uint32_t word = wait_for_word(start);
    if (has_work && (word == kInitRenews || start.remount)) {
      if (!renew(start, word)) return 1;
      has_work = false;
    }
    if (word == kInitRenews) {
      // Waits, unless there already is a job.
      start.word.compare_exchange_strong(word, kInitWaits);
      continue;
    }
    if (!has_work) {
      if (!make_work(start, in_root)) return 1;
      if (start.reusable && read_traces(shared.folders, &shared.traces) != 0) return 1;
      has_work = true;
    }
    if (!run_job(start)) return 0;
  }
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

void tell_init(InitStart& start, std::uint32_t word) {
  start.word.store(word, std::memory_order_release);
  ::syscall(SYS_futex, &start.word, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

}  // namespace glovebox
