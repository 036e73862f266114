// The number of CPUs that this process may use, limited by its affinity mask and its cgroup's
// quota.
#pragma once

#include <filesystem>
#include <string_view>

namespace glovebox {

// At least 1. Read at the time of the call: sched_getaffinity(2), then cpu.max (cgroup v2) or
// cpu.cfs_quota_us (v1) of the process's cgroup and its ancestors. A quota of 1.5 CPUs counts as 2,
// because jobs rarely keep a CPU busy all the time.
int usable_cpus();

// The smallest quota between the cgroup and the root, in CPUs; 0: none. `proc_cgroup` is the
// content of /proc/self/cgroup; `mount` is the cgroup mount point (/sys/fs/cgroup). For tests.
double cgroup_cpu_quota(std::string_view proc_cgroup, const std::filesystem::path& mount);

}  // namespace glovebox
