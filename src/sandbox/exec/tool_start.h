// The last steps before a tool, the same in both tiers, in the process that becomes the tool. Only
// raw system calls and plain data: in the namespaces tier that process shares its supervisor's
// memory.
#pragma once

#include <string_view>

#include "sandbox/exec/job_plan.h"

namespace glovebox {

// Writes the step that failed into the job's report.
void report_failure(JobReport* report, std::string_view step, int errno_value);
// Whether the step failed, with that errno (0: success) or by injection; reports a failure.
bool step_failed(JobReport* report, std::string_view step, int errno_value);

// These functions return 0 or an errno.
int take_streams(const JobPlan& plan);
int lower_rlimits(const JobPlan& plan);
int drop_capabilities();

// exec keeps the signal mask and ignored signals. A supervisor blocks signals and ignores none.
void unblock_signals();
// Returns only if argv[0] cannot be executed, and reports that.
void exec_tool(const JobPlan& plan);

}  // namespace glovebox
