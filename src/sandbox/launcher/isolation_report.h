// What a launcher says of the layers that its slots have.
#pragma once

#include "base/error.h"
#include "model/isolation.h"
#include "sandbox/cgroup/cgroup_tree.h"

namespace glovebox {

// What was found out while slots were made.
struct HostFindings {
  Tier tier = Tier::kNamespaces;
  int landlock_abi = 0;
  bool own_proc = true;
  bool own_hostname = true;
  bool listens = true;  // to calls that make objects of IPC
};

// In either tier every layer but cgroups, Landlock (in the namespaces tier) and /proc is there, or
// no slot stands.
IsolationReport describe_isolation(const CgroupTree& cgroups, const HostFindings& found);

// Puts into the report of a landlock tier why there are no namespaces, and the remedy.
void explain_missing_namespaces(IsolationReport& report, const Error& why);

// For a host where no slot can be made: the layer behind the step that failed, why, and the remedy.
IsolationReport describe_failure(const Error& error);

}  // namespace glovebox
