// Answers the system calls that a job of the landlock tier sends through its seccomp filter
// (seccomp_unotify(2)): creating a process, signalling or inspecting a process, changing a file.
//
// The job's memory may change at any time. So the broker reads a path once, resolves it only below
// the job's own folder, and performs the operation itself on the file that it found. It lets the
// kernel continue a call only if all arguments that matter are in registers.
#pragma once

#include <linux/seccomp.h>
#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "sandbox/exec/job_report.h"
#include "sandbox/slot/process_watch.h"

namespace glovebox {

class CallBroker {
 public:
  struct Job {
    pid_t group = 0;     // process group of all the job's processes
    std::string folder;  // absolute; files below it may be changed
    int folder_fd = -1;  // the same folder, borrowed
    int processes = 0;   // maximum number of threads; 0: a cgroup counts them
    // Reaps the job's orphans that have ended, before they are counted.
    std::function<void()> bury = [] {};
    std::int64_t largest_file = INT64_MAX;  // bytes; applies when a file is extended by its path
  };
  // `listener` is the return value of install_asking_filter(). `watch` and `report` must outlive
  // this.
  CallBroker(UniqueFd listener, Job job, const ProcessWatch& watch, JobReport* report);

  // Readable when there is a request; POLLHUP when the job's last process has ended.
  int listener() const { return listener_.get(); }
  // Answers one request. Call it when listener() is readable. It may block for one read of /proc or
  // one system call on a file.
  void answer();

 private:
  struct Reply {
    bool none = false;  // the caller waits until the job is killed
    bool let_through = false;
    int errno_value = 0;
  };
  Reply reply_to(const seccomp_notif& question);
  Reply count_fork();
  Reply about_process(const seccomp_notif& question) const;
  void note_peak();
  Reply signal(const seccomp_notif& question);
  Reply signal_process(pid_t caller, pid_t target, int number) const;
  Reply change_file(const seccomp_notif& question);
  Reply change_open_file(const seccomp_notif& question) const;
  Result<UniqueFd> find_file(const seccomp_notif& question, int dir, std::uint64_t path,
                             bool follow) const;
  bool is_of_the_job(pid_t pid) const;

  UniqueFd listener_;
  Job job_;
  const ProcessWatch& watch_;
  JobReport* report_;
  std::vector<char> question_;  // as large as this kernel's
  std::vector<char> answer_;
  // Both are upper bounds of the number of processes. The first is for the limit, the second for
  // the reported peak.
  std::int64_t tasks_at_most_ = 1;
  std::int64_t seen_at_most_ = 1;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::duration spent_on_looks_{0};  // reading /proc for the peak
  std::chrono::steady_clock::time_point next_count_;  // when the last read found the limit reached
};

}  // namespace glovebox
