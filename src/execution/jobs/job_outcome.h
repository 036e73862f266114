// How a job ended, written into its record: status, reason and message.
#pragma once

#include "base/result.h"
#include "execution/jobs/job_state.h"
#include "model/job.h"
#include "sandbox/sandbox.h"

namespace glovebox {

// Of a run. `state` when it ended: a job that was killed for the shutdown failed by it. `codes` are
// the tool's, for the verdict.
void judge(Job& job, JobState state, const ExitCodes& codes, Result<SandboxResult> result);
// Of a job that never ran, or runs no more: kCancelling or kShuttingDown.
void judge_unrun(Job& job, JobState state);

}  // namespace glovebox
