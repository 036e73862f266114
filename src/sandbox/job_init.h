// A job's init in the namespaces tier: process 1 of its PID namespace. It mounts what the job may
// write, starts the tool as process 2, reaps, and ends with the tool: the kernel then kills
// whatever is left of the job.
#pragma once

#include <span>

#include "base/os.h"
#include "sandbox/job_plan.h"

namespace glovebox {

// What the init needs beside the plan, once for each slot.
inline constexpr std::size_t kInitStackBytes = 64 << 10;

// Clones it. Its exit status is not looked at, the plan's report is. The plan and the stack must
// stay as they are until it has been reaped.
Result<os::CloneResult> start_job_init(const JobPlan& plan, std::span<char> stack);

}  // namespace glovebox
