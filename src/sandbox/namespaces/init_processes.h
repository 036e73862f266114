// The processes of a job of the namespaces tier, as its watch sees them: everything below its init.
#pragma once

#include <sys/statfs.h>
#include <unistd.h>

#include <csignal>
#include <optional>
#include <vector>

#include "base/unique_fd.h"
#include "sandbox/exec/pidfd.h"
#include "sandbox/namespaces/job_init.h"
#include "sandbox/seccomp/call_watch.h"
#include "sandbox/slot/job_processes.h"
#include "sandbox/slot/process_watch.h"

namespace glovebox {

// The inode and device of the job's folder.
inline std::optional<struct statfs> status_of(int upper) {
  struct statfs status;
  if (upper < 0 || ::fstatfs(upper, &status) != 0) return std::nullopt;
  return status;
}

class InitProcesses final : public JobProcesses {
 public:
  // System calls of the job that have effects outside it.
  struct Channels {
    const UniqueFd& init_end;
    const UniqueFd& over;
    CallWatch& calls;
    bool& killed;
  };
  InitProcesses(Channels channels, JobShared& shared) : channels_(channels), shared_(shared) {}

  // Used if there are no cgroups.
  void watch_by(int proc_dir, JobReport* report) {
    // It is the only child; its number in that /proc may differ from its number here.
    std::vector<pid_t> children = children_seen_in(proc_dir);
    watch_.emplace(proc_dir, WatchScope::kDescendants, children.empty() ? -1 : children.front(),
                   report);
  }

  const UniqueFd& end() const override { return channels_.init_end; }
  int over_fd() const override { return channels_.over.get(); }
  // The init is process 1 of its namespace, so its death kills every other process in it
  // (pid_namespaces(7)), but only when it gets CPU time. When this returns, the signal is pending
  // for every process below us.
  void kill() override {
    channels_.killed = true;
    pidfd_kill(channels_.init_end);
    signal_all(SIGKILL);
  }
  // kill(-1) reaches all processes except us, the first process of the slot's PID namespace, and
  // the init: a process 1 ignores a signal from outside that it does not handle, but the processes
  // below it receive it (kill(2), pid_namespaces(7)). Stopped processes are continued so that they
  // receive the signal.
  void terminate() override {
    channels_.killed = true;
    shared_.terminating = true;
    signal_all(SIGTERM);
    signal_all(SIGCONT);
  }
  int event_fd() const override { return channels_.calls.listener(); }
  void on_event() override { channels_.calls.answer(); }
  void look() override {
    if (!watch_) return;
    auto status = status_of(shared_.upper);
    watch_->look(status ? static_cast<std::int64_t>(status->f_blocks - status->f_bfree) *
                              status->f_bsize
                        : 0);
  }
  std::chrono::milliseconds look_every() const override {
    return watch_ ? kWatchEvery : JobProcesses::look_every();
  }

 private:
  // Outside a slot's PID namespace, -1 would mean all processes of the host.
  static void signal_all(int signal) {
    if (::getpid() == 1) ::kill(-1, signal);
  }

  Channels channels_;
  JobShared& shared_;
  std::optional<ProcessWatch> watch_;
};

}  // namespace glovebox
