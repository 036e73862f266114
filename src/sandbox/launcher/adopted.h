// Processes that became our children when their parents died (PR_SET_CHILD_SUBREAPER of prctl(2)):
// the rest of a job of the landlock tier whose slot was killed.
#pragma once

#include <sys/types.h>

#include <vector>

namespace glovebox {

// Kills every child of the caller except `own`, with its process group, and then those that become
// children of the caller as a result, until none is left. Takes at most a few seconds.
void end_adopted_children(const std::vector<pid_t>& own);

}  // namespace glovebox
