// Where this process is in the cgroup hierarchies: /proc/self/cgroup compared with mountinfo.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace glovebox {

struct CgroupMount {
  std::string root;     // the cgroup that is shown at the mount point
  std::string point;    // its directory
  std::string type;     // "cgroup" or "cgroup2"
  std::string options;  // of the super block; v1 lists its controllers here
};
// The cgroup mounts among the lines of /proc/PID/mountinfo.
std::vector<CgroupMount> parse_mountinfo(std::string_view text);

struct OwnCgroup {
  std::string controllers;  // v1: comma-separated, or "name=…"; v2: empty
  std::string path;         // relative to our cgroup namespace; nothing is escaped
};
// The lines "ID:CONTROLLERS:PATH" of /proc/PID/cgroup.
std::vector<OwnCgroup> parse_own_cgroups(std::string_view text);

// The directory of a cgroup below a mount. The mount's root may itself be a cgroup, as in a
// container. Returns nothing if the mount does not show the cgroup.
std::optional<std::string> cgroup_directory(const CgroupMount& mount, std::string path);

struct V1Cgroup {
  std::string controller;  // "memory", "pids", "cpu", "cpuacct"
  std::string directory;   // of our own cgroup
};
std::vector<V1Cgroup> own_v1_cgroups();

// Our own cgroup in the v2 hierarchy, after enabling the available ones of memory, pids and cpu for
// its children. A cgroup with controllers may not have processes itself, so this may move processes
// into a child called glovebox-server: this one, its parent and grandparent (launcher, keeper,
// server), and all others in the cgroup if it was delegated to us. The Error states why this is not
// possible.
Result<std::string> delegated_v2_cgroup();
bool v2_controller_enabled(const std::string& directory, std::string_view controller);

}  // namespace glovebox
