// How much memory this process may use: what its cgroup leaves of the machine's.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "base/units.h"

namespace glovebox {

// Looked up at the time of the call: memory.max (cgroup v2) or memory.limit_in_bytes (v1) of the
// process's cgroup and of those above it, else the machine's physical memory.
ByteCount usable_memory();

// The smallest limit on the way from the cgroup to the root; empty: there is none. `proc_cgroup` is
// the content of /proc/self/cgroup, `mount` where cgroups lie (/sys/fs/cgroup). In a container the
// path may name folders that its own mount does not have; those are skipped. For tests.
std::optional<ByteCount> cgroup_memory_limit(std::string_view proc_cgroup,
                                             const std::filesystem::path& mount);

}  // namespace glovebox
