// A job's init: process 1 of its PID namespace. It mounts what the job may write, starts the tool
// as process 2, reaps, and ends with the tool: the kernel then kills whatever is left of the job.
#pragma once

#include <sys/resource.h>

#include <array>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "sandbox/job_report.h"
#include "sandbox/sandbox.h"

namespace glovebox {

struct RlimitValue {
  int resource = 0;
  rlim_t value = 0;
};

// Everything that an init needs, made beforehand by the supervisor: from the clone to exec nothing
// is allocated by the tool's side.
struct JobPlan {
  std::vector<std::string> programs;  // paths to try for argv[0], in order
  std::vector<char*> argv;            // null-terminated; points into the spec
  std::vector<char*> environment;     // null-terminated
  std::string overlay_options;        // empty: /work starts empty
  std::string disk_options;
  std::vector<RlimitValue> rlimits;
  bool change_id = false;  // to kJobId
  int landlock_abi = 0;
  bool watch = false;  // count processes, memory and CPU in /proc, for want of cgroups
  int in = -1;
  int out = -1;
  int err = -1;
  int supervisor = -1;  // where the descriptor of the upper folder is sent
  JobReport* report = nullptr;
};

// `has_pids` and `has_memory`: whether a cgroup holds those limits, so that rlimits only stand
// behind it.
struct PlanOptions {
  bool change_id = false;
  int landlock_abi = 0;
  bool has_pids = false;
  bool has_memory = false;
  bool watch = false;
};
JobPlan make_job_plan(SandboxSpec& spec, const PlanOptions& options);

// Never returns; the exit status is not looked at, the report is.
[[noreturn]] void run_job_init(const JobPlan& plan);

}  // namespace glovebox
