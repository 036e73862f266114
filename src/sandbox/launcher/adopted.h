// Processes that fell to us when their parents died (PR_SET_CHILD_SUBREAPER of prctl(2)): what is
// left of a job of the landlock tier whose slot was killed.
#pragma once

#include <sys/types.h>

#include <vector>

namespace glovebox {

// Kills every child of the caller but `own`, with its process group, and those that fall to the
// caller thereby, until none is left; a few seconds at the most.
void end_adopted_children(const std::vector<pid_t>& own);

}  // namespace glovebox
