// Answers what a job of the namespaces tier asks through the slot's seccomp filter
// (seccomp_unotify(2)): whether it may make an object of its IPC namespace (System V shared memory,
// semaphores, queues, or a POSIX queue), and notes calls through another architecture's entry. An
// init asks for chroot(2) in the same way, where its job has another root.
//
// For a job whose tool does not need "ipc" these calls fail with ENOSYS. The
// answer depends on the job alone and not on what the call's arguments point to, so it does not
// matter what changes meanwhile. A job that was allowed none has made nothing in its IPC namespace:
// no object, and used up no number.
#pragma once

#include <linux/seccomp.h>
#include <sys/types.h>

#include <vector>

#include "sandbox/exec/job_report.h"

namespace glovebox {

// Whether a call came through the entry of another architecture, such as int 0x80 or x32.
bool is_foreign(const seccomp_data& call);

class CallWatch {
 public:
  // `listener` as install_asking_filter() returned it, borrowed; -1 where nobody is asked.
  explicit CallWatch(int listener);

  // Whether jobs ask at all.
  bool listens() const { return listener_ >= 0; }
  // Readable when a job asks; -1 where nobody asks.
  int listener() const { return listener_; }
  // Before each job. A foreign call is recorded in `report`, which outlives the job.
  void begin(bool allow_ipc, JobReport* report) {
    allow_ipc_ = allow_ipc;
    report_ = report;
  }
  // chroot(2) is allowed to this process alone, a trusted init that holds the job's first process
  // back until it has called it; 0: to none. A job cannot have its number.
  void allow_root_change(pid_t init) { root_changer_ = init; }
  // Answers one call. Call when listener() is readable.
  void answer();

  // Whether an object of IPC was allowed since forget().
  bool ipc_used() const { return ipc_used_; }
  // Another IPC namespace is in use from now on.
  void forget() { ipc_used_ = false; }

 private:
  int listener_;
  bool allow_ipc_ = false;
  bool ipc_used_ = false;
  pid_t root_changer_ = 0;
  JobReport* report_ = nullptr;
  std::vector<char> question_;  // as large as this kernel makes them
  std::vector<char> answer_;
};

}  // namespace glovebox
