// Answers the system calls that a job of the namespaces tier sends through the slot's seccomp
// filter (seccomp_unotify(2)): creating an object in its IPC namespace (System V shared memory,
// semaphores, message queues, or a POSIX queue). It also records calls through another
// architecture's entry. An init whose job has another root asks for chroot(2) in the same way.
//
// If a job's tool does not need "ipc", these calls fail with ENOSYS. The answer depends only on the
// job and not on memory that the arguments point to, so it does not matter if that memory changes.
// A job that was not allowed any such call has created no object in its IPC namespace and used no
// number there.
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
  // `listener` is the return value of install_asking_filter(), borrowed; -1 if there is none.
  explicit CallWatch(int listener);

  // Whether jobs' calls are sent here at all.
  bool listens() const { return listener_ >= 0; }
  // Readable when a job has made such a call; -1 if there is no listener.
  int listener() const { return listener_; }
  // Call before each job. A foreign call is recorded in `report`, which must outlive the job.
  void begin(bool allow_ipc, JobReport* report) {
    allow_ipc_ = allow_ipc;
    report_ = report;
  }
  // Allows chroot(2) only to this process, a trusted init that starts the job's first process only
  // after it has called it; 0: to none. A process of a job cannot have this number.
  void allow_root_change(pid_t init) { root_changer_ = init; }
  // Answers one call. Call when listener() is readable.
  void answer();

  // Whether an IPC object was allowed since forget().
  bool ipc_used() const { return ipc_used_; }
  // Call when another IPC namespace is in use.
  void forget() { ipc_used_ = false; }

 private:
  int listener_;
  bool allow_ipc_ = false;
  bool ipc_used_ = false;
  pid_t root_changer_ = 0;
  JobReport* report_ = nullptr;
  std::vector<char> question_;  // as large as this kernel's
  std::vector<char> answer_;
};

}  // namespace glovebox
