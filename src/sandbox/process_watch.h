// Counts a job's processes, memory and CPU time by reading /proc, where no cgroup does. Runs in the
// job's init, which sees exactly the job's processes.
#pragma once

#include <cstdint>
#include <map>

#include "sandbox/job_report.h"

namespace glovebox {

class ProcessWatch {
 public:
  explicit ProcessWatch(JobReport* report) : report_(report) {}

  // One look at all processes; writes the totals into the report.
  void look();

 private:
  struct Totals {
    std::int64_t memory_bytes = 0;
    std::int64_t processes = 0;  // threads, as RLIMIT_NPROC counts them
    std::int64_t cpu_ticks = 0;
  };
  Totals add_up() const;

  JobReport* report_;
};

}  // namespace glovebox
