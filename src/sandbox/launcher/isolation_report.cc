#include "sandbox/launcher/isolation_report.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>

#include "sandbox/slot/id_map.h"

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
    "them) or run as root; in a chroot the kernel refuses them to everybody";

constexpr std::array kRemedies{
    Remedy{"clone-slot", "user-namespace", kAllowUserNamespaces},
    Remedy{"id-map", "user-namespace", kAllowUserNamespaces},
    Remedy{"cgroup-enter", "cgroup-namespace",
           "run where this process may write to its own cgroup"},
    Remedy{"store-mount", "own-uid",
           "put the data directory on ext4, xfs or btrfs, or run as an ordinary user"},
    Remedy{"store-mount: clone", "user-namespace", kAllowUserNamespaces},
    Remedy{"work", "overlay",
           "use Linux 5.11 or newer, with the data directory on ext4, xfs, btrfs or tmpfs"},
    Remedy{"seccomp", "seccomp", "use a kernel built with CONFIG_SECCOMP_FILTER"}};

void describe_namespaces(IsolationReport& report, const CgroupTree& cgroups,
                         const HostFindings& found) {
  report.layers = {"user-namespace",    "pid-namespace",  "mount-namespace",
                   "network-namespace", "ipc-namespace",  "uts-namespace",
                   "cgroup-namespace",  "read-only-root", "rlimits"};
  report.layers.insert(report.layers.end(), cgroups.layers().begin(), cgroups.layers().end());
  report.missing = cgroups.missing();
  report.layers.insert(report.layers.end(), {"capabilities", "no-new-privileges"});
  if (found.own_proc) {
    report.layers.push_back("proc");
  } else {
    report.missing.push_back(
        {"proc",
         "the /proc of this process is partly masked, so the kernel refuses to mount another one",
         "none needed, unless tools need /proc; in a container: --security-opt "
         "systempaths=unconfined "
         "(podman: --security-opt unmask=ALL)"});
  }
  if (!found.own_hostname) {
    report.missing.push_back(
        {"hostname", "sethostname is refused on this host, so jobs see the host's name",
         "none needed, unless the name is secret; in a container use a seccomp profile "
         "that permits sethostname, such as deploy/docker/seccomp.json"});
  }
  if (!found.listens) {
    report.missing.push_back(
        {"ipc",
         "a parent process has a seccomp filter with a listener, and a second "
         "listener is not possible, so jobs have no System V IPC and no message "
         "queues",
         "none needed, unless tools need them; otherwise run outside the program "
         "that installs that filter"});
  }
  if (found.landlock_abi > 0) {
    report.layers.push_back("landlock");
  } else {
    report.missing.push_back({"landlock", "the kernel has no Landlock, or Landlock is not enabled",
                              "use Linux 5.13 or newer with landlock among its lsm= modules"});
  }
  report.layers.push_back("seccomp");
  if (plan_id_map(0).own_ids) {
    report.layers.push_back("own-uid");
  } else {
    report.missing.push_back({"own-uid", "only root of the host can give each slot its own uid",
                              "run as root; otherwise all slots share the uid of Glovebox"});
  }
}

// What only a namespace provides, and what replaces the rest.
constexpr std::array<std::array<std::string_view, 2>, 11> kWithoutNamespaces{{
    {"user-namespace", "user namespaces cannot be created on this host"},
    {"pid-namespace",
     "a job is one process group; signals to other processes are refused, but their existence is "
     "visible"},
    {"mount-namespace", "Landlock restricts access to files instead"},
    {"network-namespace", "seccomp refuses sockets instead"},
    {"ipc-namespace", "seccomp refuses shared memory, semaphores and message queues instead"},
    {"ipc", "jobs have no System V IPC and no message queues"},
    {"uts-namespace", "jobs see the host's name"},
    {"read-only-root",
     "Landlock refuses reading and writing other files; a job that knows a path can see that the "
     "file "
     "exists, its size and its times (stat)"},
    {"proc", "jobs have no /proc"},
    {"disk-quota",
     "disk usage is checked every 100 ms, so a job may briefly exceed its limit before it is "
     "ended"},
    {"own-uid", "jobs run with the uid of the server"},
}};

void describe_landlock_tier(IsolationReport& report, const CgroupTree& cgroups) {
  report.layers = {"process-group", "rlimits"};
  report.layers.insert(report.layers.end(), cgroups.layers().begin(), cgroups.layers().end());
  report.layers.insert(report.layers.end(), {"capabilities", "no-new-privileges", "landlock",
                                             "seccomp", "seccomp-broker"});
  for (auto [layer, why] : kWithoutNamespaces) {
    std::string_view remedy =
        layer == "user-namespace" ? kAllowUserNamespaces : "see the remedy of user-namespace";
    report.missing.push_back({std::string(layer), std::string(why), std::string(remedy)});
  }
  report.missing.insert(report.missing.end(), cgroups.missing().begin(), cgroups.missing().end());
}

}  // namespace

IsolationReport describe_isolation(const CgroupTree& cgroups, const HostFindings& found) {
  IsolationReport report;
  report.tier = found.tier;
  if (found.tier == Tier::kNamespaces) {
    describe_namespaces(report, cgroups, found);
  } else {
    describe_landlock_tier(report, cgroups);
  }
  return report;
}

void explain_missing_namespaces(IsolationReport& report, const Error& why) {
  for (MissingLayer& missing : report.missing) {
    if (missing.layer != "user-namespace") continue;
    missing.why = why.message();
    for (const Remedy& remedy : kRemedies) {
      if (why.message().starts_with(remedy.step)) missing.remedy = remedy.remedy;
    }
  }
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
