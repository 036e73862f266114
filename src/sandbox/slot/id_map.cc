#include "sandbox/slot/id_map.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/mount.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/os.h"

namespace glovebox {
namespace {

// Host ids start here. Each launcher has its own range, so that two launchers on a host do not
// share ids.
constexpr uid_t kFirstHostId = 1'900'000'000;
constexpr uid_t kIdsPerLauncher = 4096;
constexpr uid_t kLaunchers = 20'000;

bool is_root_of_the_host() {
  if (::geteuid() != 0) return false;
  Result<std::string> map = os::read_file("/proc/self/uid_map", 4096);
  return map.has_value() && map->find("4294967295") != std::string::npos;
}

Result<void> write_maps(pid_t pid, const std::string& uid_map, const std::string& gid_map) {
  std::string proc = fmt::format("/proc/{}/", pid);
  GB_TRY_VOID(os::write_file(proc + "uid_map", uid_map));
  return os::write_file(proc + "gid_map", gid_map);
}

// A user namespace that exists only for its id map; the descriptor keeps it alive.
Result<UniqueFd> make_mapping_namespace(const std::string& map) {
  GB_TRY(auto release, os::pipe());
  GB_TRY(os::CloneResult child, os::clone_process(CLONE_NEWUSER));
  if (child.pid == 0) {
    release.second.reset();
    char byte;
    [[maybe_unused]] ssize_t n = ::read(release.first.get(), &byte, 1);
    ::_exit(0);
  }
  Result<void> written = write_maps(child.pid, map, map);
  Result<UniqueFd> ns = os::open(fmt::format("/proc/{}/ns/user", child.pid), O_RDONLY);
  release.second.reset();
  ::waitpid(child.pid, nullptr, 0);
  GB_TRY_VOID(written);
  return ns;
}

}  // namespace

IdMap plan_id_map(std::size_t slot_index) {
  IdMap map;
  if (!is_root_of_the_host()) {
    map.host_job = map.host_supervisor = ::geteuid();
    map.host_group = ::getegid();
    return map;
  }
  map.own_ids = true;
  uid_t base = kFirstHostId + (static_cast<uid_t>(::getpid()) % kLaunchers) * kIdsPerLauncher;
  map.host_supervisor = base + static_cast<uid_t>(slot_index) * 2;
  map.host_job = map.host_supervisor + 1;
  return map;
}

Result<void> write_id_map(pid_t pid, const IdMap& map) {
  if (map.own_ids) {
    std::string lines =
        fmt::format("{} {} 1\n{} {} 1\n", kSupervisorId, map.host_supervisor, kJobId, map.host_job);
    return write_maps(pid, lines, lines);
  }
  // Without privileges, gid_map requires that setgroups(2) is denied first.
  GB_TRY_VOID(os::write_file(fmt::format("/proc/{}/setgroups", pid), "deny"));
  return write_maps(pid, fmt::format("{} {} 1\n", kJobId, map.host_job),
                    fmt::format("{} {} 1\n", kJobId, map.host_group));
}

Result<UniqueFd> make_store_mount(const std::string& directory, const IdMap& map) {
  if (!map.own_ids) return UniqueFd();
  GB_TRY(UniqueFd tree, os::open_tree_clone(directory));
  // On disk the store belongs to root, which runs the server.
  GB_TRY(UniqueFd ns, make_mapping_namespace(fmt::format("0 {} 1\n", map.host_job)));
  os::MountAttributes attributes{
      .set = MOUNT_ATTR_IDMAP | MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV,
      .userns_fd = ns.get()};
  Result<void> mapped = os::mount_setattr(tree.get(), "", attributes);
  if (mapped.has_error()) {
    return mapped.error().with_context(fmt::format(
        "the file system of {} has no idmapped mounts (ext4, xfs and btrfs have them; tmpfs "
        "from Linux 6.3); put the data directory elsewhere or run as an ordinary user",
        directory));
  }
  return tree;
}

}  // namespace glovebox
