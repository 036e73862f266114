// How many CPUs this process may use: what its affinity mask and its cgroup's quota leave of the
// machine's.
#pragma once

#include <filesystem>
#include <string_view>

namespace glovebox {

// At least 1. Looked up at the time of the call: sched_getaffinity(2), then cpu.max (cgroup v2) or
// cpu.cfs_quota_us (v1) of the process's cgroup and of those above it. A quota of 1.5 CPUs counts
// as 2: jobs rarely keep a CPU busy all the time.
int usable_cpus();

// The smallest quota on the way from the cgroup to the root, in CPUs; 0: none. `proc_cgroup` is
// the content of /proc/self/cgroup, `mount` where cgroups lie (/sys/fs/cgroup). For tests.
double cgroup_cpu_quota(std::string_view proc_cgroup, const std::filesystem::path& mount);

}  // namespace glovebox
