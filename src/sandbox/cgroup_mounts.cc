#include "sandbox/cgroup_mounts.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <sstream>

#include "base/os.h"

namespace glovebox {
namespace {

constexpr std::size_t kMaxProcFile = 1 << 20;

struct CgroupMount {
  std::string root;
  std::string point;
  std::string type;     // "cgroup" or "cgroup2"
  std::string options;  // of the super block; v1 names its controllers there
};

std::vector<CgroupMount> cgroup_mounts() {
  std::vector<CgroupMount> mounts;
  Result<std::string> text = os::read_file("/proc/self/mountinfo", kMaxProcFile);
  if (text.has_error()) return mounts;
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    // proc(5): id parent major:minor root point options [fields] - type source super-options
    std::istringstream words(line);
    std::string skip, root, point, word, type, source, options;
    words >> skip >> skip >> skip >> root >> point;
    while (words >> word && word != "-") {
    }
    words >> type >> source >> options;
    if (type == "cgroup" || type == "cgroup2") mounts.push_back({root, point, type, options});
  }
  return mounts;
}

// The cgroup's directory below a mount whose root may itself be a cgroup, as in a container.
std::optional<std::string> directory_of(const CgroupMount& mount, std::string path) {
  if (mount.root != "/") {
    // "/a" is no parent of "/ab"; and a root of "/.." lies outside of our cgroup namespace.
    if (!path.starts_with(mount.root) || mount.root.starts_with("/..")) return std::nullopt;
    path.erase(0, mount.root.size());
    if (!path.empty() && path.front() != '/') return std::nullopt;
  }
  return path == "/" || path.empty() ? mount.point : mount.point + path;
}

bool has_word(std::string_view list, std::string_view word, char separator) {
  while (!list.empty()) {
    std::size_t end = std::min(list.find(separator), list.size());
    if (list.substr(0, end) == word) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

// The lines "ID:CONTROLLERS:PATH" of /proc/self/cgroup as {controllers, path}; v2 has no
// controllers.
std::vector<std::pair<std::string, std::string>> own_cgroup_lines() {
  std::vector<std::pair<std::string, std::string>> own;
  Result<std::string> text = os::read_file("/proc/self/cgroup", kMaxProcFile);
  if (text.has_error()) return own;
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    std::size_t first = line.find(':');
    std::size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    own.emplace_back(line.substr(first + 1, second - first - 1), line.substr(second + 1));
  }
  return own;
}

Result<void> enable_controllers(const std::string& directory) {
  GB_TRY(std::string available, os::read_file(directory + "/cgroup.controllers", 4096));
  std::string wanted;
  while (!available.empty() && available.back() == '\n') available.pop_back();
  for (std::string_view name : {"memory", "pids", "cpu"}) {
    if (has_word(available, name, ' ')) wanted += fmt::format("+{} ", name);
  }
  if (wanted.empty()) return internal_error("cgroup v2 has no memory, pids or cpu controller here");
  return os::write_file(directory + "/cgroup.subtree_control", wanted);
}

Result<void> move_server_into_child(const std::string& directory) {
  std::string child = directory + "/glovebox-server";
  GB_TRY_VOID(os::ensure_dir(child, 0755));
  for (pid_t pid : {::getppid(), ::getpid()}) {
    GB_TRY_VOID(os::write_file(child + "/cgroup.procs", std::to_string(pid)));
  }
  return ok();
}

}  // namespace

std::vector<V1Cgroup> own_v1_cgroups() {
  std::vector<V1Cgroup> found;
  auto own = own_cgroup_lines();
  for (const CgroupMount& mount : cgroup_mounts()) {
    if (mount.type != "cgroup") continue;
    for (const auto& [controllers, path] : own) {
      for (std::string_view name : {"memory", "pids", "cpu", "cpuacct"}) {
        if (!has_word(controllers, name, ',') || !has_word(mount.options, name, ',')) continue;
        if (auto directory = directory_of(mount, path))
          found.push_back({std::string(name), *directory});
      }
    }
  }
  return found;
}

bool v2_controller_enabled(const std::string& directory, std::string_view controller) {
  Result<std::string> enabled = os::read_file(directory + "/cgroup.subtree_control", 4096);
  if (enabled.has_error()) return false;
  while (!enabled->empty() && enabled->back() == '\n') enabled->pop_back();
  return has_word(*enabled, controller, ' ');
}

Result<std::string> delegated_v2_cgroup() {
  for (const CgroupMount& mount : cgroup_mounts()) {
    if (mount.type != "cgroup2") continue;
    for (const auto& [controllers, path] : own_cgroup_lines()) {
      if (!controllers.empty()) continue;
      auto directory = directory_of(mount, path);
      if (!directory) continue;
      // A second launcher finds itself in the child that the first one made.
      if (directory->ends_with("/glovebox-server")) directory->resize(directory->rfind('/'));
      Result<void> enabled = enable_controllers(*directory);
      if (enabled.has_error() && enabled.error().errno_value() == EBUSY) {
        GB_TRY_VOID(move_server_into_child(*directory));
        enabled = enable_controllers(*directory);
      }
      if (enabled.has_error()) return enabled.error();
      return *directory;
    }
  }
  return internal_error("no cgroup v2 hierarchy is mounted");
}

}  // namespace glovebox
