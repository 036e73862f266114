// A job of the landlock tier, from its clone to exec: it makes its own workspace, and then gives up
// everything else.
#pragma once

#include <string>

#include "sandbox/exec/job_plan.h"
#include "sandbox/landlock/workspace.h"
#include "sandbox/seccomp/seccomp_filter.h"

namespace glovebox {

struct LandlockJobPlan {
  JobPlan job;
  std::string project;  // empty: the workspace starts empty
  std::string slot_folder;
  std::string hidden;  // what no folder that jobs may read must hold
  int slot_folder_fd = -1;
  int store_folder_fd = -1;
  const SeccompProgram* seccomp = nullptr;
  // On a page shared with the supervisor; written once the copy is made.
  WorkspaceStamp* stamp = nullptr;
};

// Paths of /work and /tmp, where an argument or the value of an environment variable begins with
// one, become those of the job's folders: here nothing can be mounted there.
void place_paths(SandboxSpec& spec, const std::string& slot_folder);

// Never returns. Sends the filter's listener to plan.job.supervisor.
[[noreturn]] void run_landlock_job(const LandlockJobPlan& plan);

}  // namespace glovebox
