// Where this process is in the cgroup hierarchies: /proc/self/cgroup compared with mountinfo.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace glovebox {

struct CgroupMount {
  std::string root;     // which cgroup is seen at the mount point
  std::string point;    // its directory
  std::string type;     // "cgroup" or "cgroup2"
  std::string options;  // of the super block; v1 names its controllers there
};
// The cgroup mounts among the lines of /proc/PID/mountinfo.
std::vector<CgroupMount> parse_mountinfo(std::string_view text);

struct OwnCgroup {
  std::string controllers;  // of v1, comma-separated, or "name=…"; empty for v2
  std::string path;         // as seen from our cgroup namespace, and as it is: nothing is escaped
};
// The lines "ID:CONTROLLERS:PATH" of /proc/PID/cgroup.
std::vector<OwnCgroup> parse_own_cgroups(std::string_view text);

// Where a cgroup lies below a mount whose root may itself be a cgroup, as in a container; nothing
// where the mount does not show it.
std::optional<std::string> cgroup_directory(const CgroupMount& mount, std::string path);

struct V1Cgroup {
  std::string controller;  // "memory", "pids", "cpu", "cpuacct"
  std::string directory;   // of our own cgroup
};
std::vector<V1Cgroup> own_v1_cgroups();

// Our own cgroup of the v2 hierarchy, with what it has of memory, pids and cpu turned on for its
// children. Since a cgroup with controllers holds no processes itself, this may move processes into
// a child called glovebox-server: this one, its parent and grandparent (launcher, keeper, server),
// and where the whole cgroup was given to us, all that are in it. The Error says why not.
Result<std::string> delegated_v2_cgroup();
bool v2_controller_enabled(const std::string& directory, std::string_view controller);

}  // namespace glovebox
