// Where this process stands in the cgroup hierarchies: /proc/self/cgroup held against mountinfo.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace glovebox {

struct V1Cgroup {
  std::string controller;  // "memory", "pids", "cpu", "cpuacct"
  std::string directory;   // of our own cgroup
};
std::vector<V1Cgroup> own_v1_cgroups();

// Our own cgroup of the v2 hierarchy, with at least the memory and pids controllers enabled for its
// children; turns them on where we may. That moves this process and its parent into a child called
// glovebox-server, since a cgroup with controllers holds no processes itself. The Error says why
// not.
Result<std::string> delegated_v2_cgroup();
bool v2_controller_enabled(const std::string& directory, std::string_view controller);

}  // namespace glovebox
