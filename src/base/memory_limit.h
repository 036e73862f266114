// The memory available to this process: the machine's, limited by its cgroup.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "base/units.h"

namespace glovebox {

// Read at the time of the call: memory.max (cgroup v2) or memory.limit_in_bytes (v1) of the
// process's cgroup and its ancestors, else the machine's physical memory.
ByteCount usable_memory();

// The smallest limit between the cgroup and the root; empty if there is none. `proc_cgroup` is the
// content of /proc/self/cgroup; `mount` is the cgroup mount point (/sys/fs/cgroup). In a container
// the path may contain folders that its mount does not have; those are skipped. For tests.
std::optional<ByteCount> cgroup_memory_limit(std::string_view proc_cgroup,
                                             const std::filesystem::path& mount);

}  // namespace glovebox
