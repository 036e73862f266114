// A job's init in the namespaces tier: process 1 of its PID namespace. It mounts what the job may
// write, starts the tool as process 2, reaps, and ends with the tool: the kernel then kills
// whatever is left of the job.
#pragma once

#include "sandbox/job_plan.h"

namespace glovebox {

// Never returns; the exit status is not looked at, the report is.
[[noreturn]] void run_job_init(const JobPlan& plan);

}  // namespace glovebox
