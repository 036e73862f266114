// Counts a job's processes, memory and CPU time by reading /proc, where no cgroup does. Runs in the
// slot's supervisor.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <vector>

#include "base/unique_fd.h"
#include "sandbox/exec/job_report.h"

namespace glovebox {

inline constexpr std::chrono::milliseconds kWatchEvery{20};

// Which processes are a job's.
enum class WatchScope {
  kDescendants,  // of `root`, whatever they call their group; `root` itself is not counted
  kGroup,        // the process group `root`, which nobody can leave
};

struct WatchedProcess {
  pid_t parent = 0;
  pid_t group = 0;
  std::int64_t cpu_ticks = 0;
  std::int64_t threads = 0;
};

// The numbers of the caller's children in that /proc, which may be another PID namespace's.
std::vector<pid_t> children_seen_in(int proc_dir);

class ProcessWatch {
 public:
  // `proc_dir` shows a proc(5) file system that knows `root` by that number; it is borrowed.
  ProcessWatch(int proc_dir, WatchScope scope, pid_t root, JobReport* report);

  // One look at all processes; writes the totals into the report. `files_bytes`: what files in
  // memory hold, beside what processes have mapped.
  void look(std::int64_t files_bytes);
  // Threads of the job, right now.
  std::int64_t count_tasks() const;
  // Threads of the caller's children and of all below them, right now; that is the job where the
  // caller is a subreaper with one job. Costs what the job's processes cost and not what those of
  // the host do, but may miss some while others end. -1 where this /proc does not show it (proc(5),
  // /proc/PID/task/TID/children).
  std::int64_t count_tasks_below() const;
  // Processes of the job, right now.
  std::vector<pid_t> processes() const;

 private:
  std::map<pid_t, WatchedProcess> read_job() const;

  int proc_dir_;
  WatchScope scope_;
  pid_t root_;
  JobReport* report_;
  std::int64_t reaped_before_ns_;
};

}  // namespace glovebox
