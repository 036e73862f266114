// The last steps before a tool, the same in both tiers, in the process that becomes it. Raw system
// calls and plain data only: in the namespaces tier that process shares its supervisor's memory.
#pragma once

#include <string_view>

#include "sandbox/exec/job_plan.h"

namespace glovebox {

// Writes the step at which set-up failed into the job's report.
void report_failure(JobReport* report, std::string_view step, int errno_value);
// Whether the step failed, with that errno (0: it did not) or by injection; reports it.
bool step_failed(JobReport* report, std::string_view step, int errno_value);

// These return 0 or an errno.
int take_streams(const JobPlan& plan);
int lower_rlimits(const JobPlan& plan);
int drop_capabilities();

// exec keeps the mask, and what is ignored: a supervisor blocks signals and ignores none.
void unblock_signals();
// Returns only where argv[0] cannot be executed, which it reports.
void exec_tool(const JobPlan& plan);

}  // namespace glovebox
