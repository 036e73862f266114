#include "sandbox/isolation_report.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>

#include "sandbox/id_map.h"

namespace glovebox {
namespace {

struct Remedy {
  std::string_view step;
  std::string_view layer;
  std::string_view remedy;
};

constexpr std::string_view kAllowUserNamespaces =
    "allow unprivileged user namespaces (sysctl user.max_user_namespaces=15000; on Ubuntu "
    "kernel.apparmor_restrict_unprivileged_userns=0; in a container a seccomp profile that permits "
    "them) or run as root";

constexpr std::array kRemedies{
    Remedy{"clone-slot", "user-namespace", kAllowUserNamespaces},
    Remedy{"id-map", "user-namespace", kAllowUserNamespaces},
    Remedy{"cgroup-enter", "cgroup-namespace",
           "run where this process may write to its own cgroup"},
    Remedy{"store-mount", "own-uid",
           "put the data directory on ext4, xfs or btrfs, or run as an ordinary user"},
    Remedy{"proc", "proc",
           "run where /proc is not masked (in a container: --security-opt unmask=/proc/*)"},
    Remedy{"work", "overlay",
           "use Linux 5.11 or newer, with the data directory on ext4, xfs, btrfs or tmpfs"},
    Remedy{"seccomp", "seccomp", "use a kernel built with CONFIG_SECCOMP_FILTER"}};

}  // namespace

IsolationReport describe_isolation(const CgroupTree& cgroups, int landlock_abi) {
  IsolationReport report;
  report.tier = Tier::kNamespaces;
  report.layers = {"user-namespace",    "pid-namespace",  "mount-namespace",
                   "network-namespace", "ipc-namespace",  "uts-namespace",
                   "cgroup-namespace",  "read-only-root", "rlimits"};
  report.layers.insert(report.layers.end(), cgroups.layers().begin(), cgroups.layers().end());
  report.layers.insert(report.layers.end(), {"capabilities", "no-new-privileges"});
  report.missing = cgroups.missing();
  if (landlock_abi > 0) {
    report.layers.push_back("landlock");
  } else {
    report.missing.push_back({"landlock", "the kernel has no Landlock or it is not turned on",
                              "use Linux 5.13 or newer with landlock among its lsm= modules"});
  }
  report.layers.push_back("seccomp");
  if (plan_id_map(0).own_ids) {
    report.layers.push_back("own-uid");
  } else {
    report.missing.push_back({"own-uid",
                              "only root of the host can give each slot a uid of its own",
                              "run as root; until then slots share the uid that Glovebox runs as"});
  }
  return report;
}

IsolationReport describe_failure(const Error& error) {
  IsolationReport report;
  MissingLayer missing{"namespaces", error.message(), std::string(kAllowUserNamespaces)};
  for (const Remedy& remedy : kRemedies) {
    if (!error.message().starts_with(remedy.step)) continue;
    missing.layer = remedy.layer;
    missing.remedy = remedy.remedy;
  }
  report.missing.push_back(std::move(missing));
  return report;
}

}  // namespace glovebox
