// Counts a job's processes, memory and CPU time by reading /proc, if there is no cgroup. Runs in
// the slot's supervisor.
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

// Which processes belong to a job.
enum class WatchScope {
  kDescendants,  // descendants of `root`, in any process group; `root` itself is not counted
  kGroup,        // the process group `root`, which its processes cannot leave
};

struct WatchedProcess {
  pid_t parent = 0;
  pid_t group = 0;
  std::int64_t cpu_ticks = 0;
  std::int64_t threads = 0;
};

// The numbers of the caller's children in that /proc, which may show another PID namespace.
std::vector<pid_t> children_seen_in(int proc_dir);

class ProcessWatch {
 public:
  // `proc_dir` is a proc(5) file system in which `root` has that number; it is borrowed.
  ProcessWatch(int proc_dir, WatchScope scope, pid_t root, JobReport* report);

  // Reads all processes once and writes the totals into the report. `files_bytes`: the size of
  // files in memory, in addition to what processes have mapped.
  void look(std::int64_t files_bytes);
  // Number of the job's threads now.
  std::int64_t count_tasks() const;
  // Number of threads of the caller's descendants now; these are the job if the caller is a
  // subreaper with one job. The cost depends on the job's processes and not on those of the host,
  // but some may be missed while others end. -1 if this /proc does not provide it (proc(5),
  // /proc/PID/task/TID/children).
  std::int64_t count_tasks_below() const;
  // Number of the job's processes now.
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
