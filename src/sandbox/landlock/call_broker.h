// Answers what a job of the landlock tier asks through its seccomp filter (seccomp_unotify(2)):
// whether there may be one more process; to signal a process, or ask about one; to change a file.
//
// The job's memory may change meanwhile, so the broker reads a path once, looks it up below the
// job's own folder alone, and does what is asked itself, on the file that it found. It lets a call
// through only if everything that matters is in registers.
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
    pid_t group = 0;     // process group of all its processes
    std::string folder;  // absolute; what it may change lies below
    int folder_fd = -1;  // the same, borrowed
    int processes = 0;   // how many threads it may have; 0: a cgroup counts
    // Buries those of its dead that have lost their parents, before they are counted.
    std::function<void()> bury = [] {};
    std::int64_t largest_file = INT64_MAX;  // in bytes, for what is made longer by its path
  };
  // `listener` as install_asking_filter() returned it. `watch` and `report` outlive this.
  CallBroker(UniqueFd listener, Job job, const ProcessWatch& watch, JobReport* report);

  // Readable when there is a question; at its end (POLLHUP) with the job's last process.
  int listener() const { return listener_.get(); }
  // Answers one. Call when listener() is readable; may block for as long as one look at /proc or
  // one system call on a file takes.
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
  std::vector<char> question_;  // as large as this kernel makes them
  std::vector<char> answer_;
  // Both count upwards: at least as many as there are. The first is for the limit, the second for
  // the peak that is told.
  std::int64_t tasks_at_most_ = 1;
  std::int64_t seen_at_most_ = 1;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::duration spent_on_looks_{0};  // at the job's processes, for the peak
  std::chrono::steady_clock::time_point next_count_;  // where the last one found the limit reached
};

}  // namespace glovebox
