// What a launcher says of the layers that its slots have.
#pragma once

#include "base/error.h"
#include "model/isolation.h"
#include "sandbox/cgroup.h"

namespace glovebox {

// For the namespaces tier, in which every layer but cgroups and Landlock is there or no slot
// stands.
IsolationReport describe_isolation(const CgroupTree& cgroups, int landlock_abi);

// For a host where no slot stands: the layer behind the step that failed, why, and the remedy.
IsolationReport describe_failure(const Error& error);

}  // namespace glovebox
