// Writes how a job ended into its record: status, reason and message.
#pragma once

#include "base/result.h"
#include "execution/jobs/job_state.h"
#include "model/job.h"
#include "sandbox/sandbox.h"

namespace glovebox {

// For a run. `state` is the job's state when it ended: a job that was killed at shutdown has failed
// because of it. `codes` are the tool's exit codes, for the verdict.
void judge(Job& job, JobState state, const ExitCodes& codes, Result<SandboxResult> result);
// For a job that never ran, or no longer runs: kCancelling or kShuttingDown.
void judge_unrun(Job& job, JobState state);

}  // namespace glovebox
