// A job of the landlock tier, from its clone to exec: it creates its own workspace and then gives
// up every other right.
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
  std::string hidden;  // folders that jobs may read must not contain it
  int slot_folder_fd = -1;
  int store_folder_fd = -1;
  const SeccompProgram* seccomp = nullptr;
  // On a page shared with the supervisor; written when the copy is complete.
  WorkspaceStamp* stamp = nullptr;
};

// Replaces the prefixes /work and /tmp of arguments and of values of environment variables by the
// job's folders, because nothing can be mounted in this tier.
void place_paths(SandboxSpec& spec, const std::string& slot_folder);

// Does not return. Sends the filter's listener to plan.job.supervisor.
[[noreturn]] void run_landlock_job(const LandlockJobPlan& plan);

}  // namespace glovebox
