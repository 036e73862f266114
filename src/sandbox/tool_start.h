// The last steps before a tool, the same in both tiers, in the process that becomes it. System
// calls and plain data only: in the namespaces tier that process shares its parent's memory.
#pragma once

#include <string_view>

#include "sandbox/job_plan.h"

namespace glovebox {

// Writes the step at which set-up failed into the job's report.
void report_failure(JobReport* report, std::string_view step, int errno_value);
// Whether the step failed, by itself (errno tells) or by injection; reports it.
bool step_failed(const JobPlan& plan, std::string_view step, bool succeeded);

// These return false with errno set.
bool take_streams(const JobPlan& plan);
bool lower_rlimits(const JobPlan& plan);
bool drop_capabilities();

// exec keeps what is ignored, and the mask.
void reset_signals();
// Returns only where argv[0] cannot be executed, which it reports.
void exec_tool(const JobPlan& plan);

}  // namespace glovebox
