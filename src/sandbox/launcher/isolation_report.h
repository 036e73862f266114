// What a launcher reports about the layers of its slots.
#pragma once

#include "base/error.h"
#include "model/isolation.h"
#include "sandbox/cgroup/cgroup_tree.h"

namespace glovebox {

// What was determined while slots were created.
struct HostFindings {
  Tier tier = Tier::kNamespaces;
  int landlock_abi = 0;
  bool own_proc = true;
  bool own_hostname = true;
  bool listens = true;  // to calls that create IPC objects
};

// In both tiers every layer is present except possibly cgroups, Landlock (in the namespaces tier)
// and /proc; otherwise no slot is created.
IsolationReport describe_isolation(const CgroupTree& cgroups, const HostFindings& found);

// Adds to the report of a landlock tier why there are no namespaces, and the remedy.
void explain_missing_namespaces(IsolationReport& report, const Error& why);

// For a host where no slot can be created: the layer of the failed step, the reason and the remedy.
IsolationReport describe_failure(const Error& error);

}  // namespace glovebox
