#include "sandbox/cgroup/cgroup_mounts.h"

#include <fmt/format.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "base/os.h"

namespace glovebox {
namespace {

constexpr std::size_t kMaxProcFile = 1 << 20;
constexpr std::string_view kServerCgroup = "/glovebox-server";
// A process that forks while it is moved leaves its child behind; the next round moves the child.
constexpr int kMostRounds = 10;

// proc(5): mountinfo writes space, tab, newline and backslash as \040, \011, \012 and \134.
std::string decode_octal(std::string_view text) {
  auto is_octal = [](char c) { return c >= '0' && c <= '7'; };
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool escape = text[i] == '\\' && text.size() - i > 3 && text[i + 1] <= '3' &&
                  std::all_of(&text[i + 1], &text[i] + 4, is_octal);
    if (!escape) {
      decoded += text[i];
      continue;
    }
    int value = 0;
    for (int digit = 0; digit < 3; ++digit) value = value * 8 + (text[++i] - '0');
    decoded += static_cast<char>(value);
  }
  return decoded;
}

std::string read_proc(const std::string& path) {
  Result<std::string> text = os::read_file(path, kMaxProcFile);
  return text.has_value() ? *text : std::string();
}

bool has_word(std::string_view list, std::string_view word, char separator) {
  while (!list.empty()) {
    std::size_t end = std::min(list.find(separator), list.size());
    if (list.substr(0, end) == word) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

Result<void> enable_controllers(const std::string& directory) {
  GB_TRY(std::string available, os::read_file(directory + "/cgroup.controllers", 4096));
  std::string wanted;
  while (!available.empty() && available.back() == '\n') available.pop_back();
  for (std::string_view name : {"memory", "pids", "cpu"}) {
    if (has_word(available, name, ' ')) wanted += fmt::format("+{} ", name);
  }
  if (wanted.empty()) return internal_error("cgroup v2 has no memory, pids or cpu controller here");
  GB_TRY_VOID(os::write_file(directory + "/cgroup.subtree_control", wanted));
  // A cgroup with only pids and cpu (threaded controllers) may have processes and children. With io
  // or memory it may not. No limit depends on io, so it does not matter if the kernel refuses it.
  if (has_word(available, "memory", ' ') && has_word(available, "io", ' ')) {
    (void)os::write_file(directory + "/cgroup.subtree_control", "+io");
  }
  return ok();
}

// The manager of cgroups on this host delegated this one with everything in it: systemd marks it
// with an attribute (systemd.exec(5), Delegate=); a container shows its cgroup as the root of the
// hierarchy.
bool is_given_to_us(const std::string& directory, const std::string& path) {
  if (path == "/") return true;
  for (const char* mark : {"user.delegate", "trusted.delegate"}) {
    char value = 0;
    if (::getxattr(directory.c_str(), mark, &value, 1) == 1 && value == '1') return true;
  }
  return false;
}

pid_t parent_of(pid_t pid) {
  // proc(5): pid (name) state parent; the name may contain any byte.
  std::string stat = read_proc(fmt::format("/proc/{}/stat", pid));
  std::size_t name_end = stat.rfind(") ");
  if (name_end == std::string::npos || stat.size() < name_end + 4) return 0;
  return static_cast<pid_t>(std::strtol(stat.c_str() + name_end + 3, nullptr, 10));
}

std::vector<pid_t> processes_in(const std::string& directory) {
  std::vector<pid_t> pids;
  std::istringstream procs(read_proc(directory + "/cgroup.procs"));
  for (pid_t pid = 0; procs >> pid;) pids.push_back(pid);
  return pids;
}

// Launcher, keeper and server; also all other processes if the cgroup was delegated to us.
std::vector<pid_t> processes_to_move(const std::string& directory, const std::string& path) {
  if (is_given_to_us(directory, path)) return processes_in(directory);
  // The keeper leads the session of the launcher, and also calls this function for itself.
  pid_t keeper = ::getsid(0);
  return {parent_of(keeper), keeper, ::getpid()};
}

// A cgroup that has controllers for its children may not have processes itself. If the controllers
// are only pids and cpu, it may, unless a child has processes (cgroups(7)). Only the root cgroup
// may have both.
Result<void> divide(const std::string& directory, const std::string& path) {
  std::string child = directory + std::string(kServerCgroup);
  bool is_root_of_all = ::access((directory + "/cgroup.type").c_str(), F_OK) != 0;
  for (int round = 0; round < kMostRounds; ++round) {
    if (is_root_of_all || processes_in(directory).empty()) return enable_controllers(directory);
    GB_TRY_VOID(os::ensure_dir(child, 0755));
    for (pid_t pid : processes_to_move(directory, path)) {
      // A process that has ended, or that we may not move, is noticed in the check for remaining
      // processes.
      (void)os::write_file(child + "/cgroup.procs", std::to_string(pid));
    }
  }
  return internal_error(
      fmt::format("our cgroup {} was not delegated to Glovebox and has other processes", path));
}

}  // namespace

std::vector<CgroupMount> parse_mountinfo(std::string_view text) {
  std::vector<CgroupMount> mounts;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    // proc(5): id parent major:minor root point options [fields] - type source super-options
    std::istringstream words(line);
    std::string skip, root, point, word, type, source, options;
    words >> skip >> skip >> skip >> root >> point;
    while (words >> word && word != "-") {
    }
    words >> type >> source >> options;
    if (type == "cgroup" || type == "cgroup2") {
      mounts.push_back({decode_octal(root), decode_octal(point), type, options});
    }
  }
  return mounts;
}

std::vector<OwnCgroup> parse_own_cgroups(std::string_view text) {
  std::vector<OwnCgroup> own;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    std::size_t first = line.find(':');
    std::size_t second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    own.push_back({line.substr(first + 1, second - first - 1), line.substr(second + 1)});
  }
  return own;
}

std::optional<std::string> cgroup_directory(const CgroupMount& mount, std::string path) {
  // "/.." means outside our cgroup namespace (cgroup_namespaces(7)).
  if (mount.root.starts_with("/..") || path.starts_with("/..")) return std::nullopt;
  if (mount.root != "/") {
    if (!path.starts_with(mount.root)) return std::nullopt;
    path.erase(0, mount.root.size());
    if (!path.empty() && path.front() != '/') return std::nullopt;  // "/a" is not a parent of "/ab"
  }
  return path == "/" || path.empty() ? mount.point : mount.point + path;
}

std::vector<V1Cgroup> own_v1_cgroups() {
  std::vector<V1Cgroup> found;
  std::vector<OwnCgroup> own = parse_own_cgroups(read_proc("/proc/self/cgroup"));
  for (const CgroupMount& mount : parse_mountinfo(read_proc("/proc/self/mountinfo"))) {
    if (mount.type != "cgroup") continue;
    for (const auto& [controllers, path] : own) {
      for (std::string_view name : {"memory", "pids", "cpu", "cpuacct"}) {
        if (!has_word(controllers, name, ',') || !has_word(mount.options, name, ',')) continue;
        if (auto directory = cgroup_directory(mount, path)) {
          found.push_back({std::string(name), *directory});
        }
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
  std::vector<OwnCgroup> own = parse_own_cgroups(read_proc("/proc/self/cgroup"));
  for (const CgroupMount& mount : parse_mountinfo(read_proc("/proc/self/mountinfo"))) {
    if (mount.type != "cgroup2") continue;
    for (auto& [controllers, path] : own) {
      if (!controllers.empty()) continue;
      // A second launcher is already in the child that the first one created.
      if (path.ends_with(kServerCgroup)) path.resize(path.size() - kServerCgroup.size());
      if (path.empty()) path = "/";
      auto directory = cgroup_directory(mount, path);
      if (!directory) continue;
      GB_TRY_VOID(divide(*directory, path));
      return *directory;
    }
  }
  return internal_error("no cgroup v2 hierarchy is mounted");
}

}  // namespace glovebox
