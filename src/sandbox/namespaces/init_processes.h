// A job of the namespaces tier, as its watch sees it: all that is below its init.
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

// Of the file system that a job's folder is on.
inline std::optional<struct statfs> status_of(int upper) {
  struct statfs status;
  if (upper < 0 || ::fstatfs(upper, &status) != 0) return std::nullopt;
  return status;
}

class InitProcesses final : public JobProcesses {
 public:
  // Of what the job does outside itself.
  struct Channels {
    const UniqueFd& init_end;
    const UniqueFd& over;
    CallWatch& calls;
    bool& killed;
  };
  InitProcesses(Channels channels, JobShared& shared) : channels_(channels), shared_(shared) {}

  // For want of cgroups.
  void watch_by(int proc_dir, JobReport* report) {
    // It is the only one; its number there may be another than here.
    std::vector<pid_t> children = children_seen_in(proc_dir);
    watch_.emplace(proc_dir, WatchScope::kDescendants, children.empty() ? -1 : children.front(),
                   report);
  }

  const UniqueFd& end() const override { return channels_.init_end; }
  int over_fd() const override { return channels_.over.get(); }
  // As process 1 of its namespace the init takes every other process with it (pid_namespaces(7)),
  // but only once it runs. All below us have the signal pending when this returns.
  void kill() override {
    channels_.killed = true;
    pidfd_kill(channels_.init_end);
    signal_all(SIGKILL);
  }
  // All but us, the first process of the slot's PID namespace, and its init: a signal from outside
  // that the first process of a namespace does not handle is not for it, but for those below
  // (kill(2), pid_namespaces(7)). A stopped process is woken so that it receives the signal.
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
  // Anywhere else than in a slot's PID namespace, -1 would mean all processes of the host.
  static void signal_all(int signal) {
    if (::getpid() == 1) ::kill(-1, signal);
  }

  Channels channels_;
  JobShared& shared_;
  std::optional<ProcessWatch> watch_;
};

}  // namespace glovebox
