#include "sandbox/cgroup/cgroup_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <memory>
#include <new>

#include "base/os.h"
#include "sandbox/cgroup/cgroup_mounts.h"
#include "sandbox/cgroup/keyed_numbers.h"

namespace glovebox {
namespace {

constexpr std::string_view kLeafPrefix = "glovebox-";
constexpr std::array<std::string_view, 3> kLayers{"memory", "pids", "cpu"};

// Opens a file of the leaf if the kernel has it: optional files may stay invalid.
UniqueFd open_optional(const std::string& directory, const char* file, int flags) {
  return UniqueFd(::open((directory + "/" + file).c_str(), flags | O_CLOEXEC));
}

// The owner of a leaf: the pid in "glovebox-PID-N"; 0 for any other name.
pid_t leaf_owner(std::string_view name) {
  if (!name.starts_with(kLeafPrefix)) return 0;
  name.remove_prefix(kLeafPrefix.size());
  pid_t pid = 0;
  std::from_chars(name.data(), name.data() + name.size(), pid);
  return pid;
}

bool is_alive(pid_t pid) {
  return ::kill(pid, 0) == 0 || errno == EPERM;
}

}  // namespace

Result<void> CgroupLeaf::enter(pid_t pid) const {
  for (const std::string& directory : directories) {
    GB_TRY_VOID(os::write_file(directory + "/cgroup.procs", std::to_string(pid)));
  }
  return ok();
}

void CgroupLeaf::remove() const {
  for (const std::string& directory : directories) ::rmdir(directory.c_str());
}

Result<std::shared_ptr<LeafRecord>> map_leaf_record() {
  void* page = ::mmap(nullptr, sizeof(LeafRecord), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return Error::from_errno("mmap", "leaf record", errno);
  return std::shared_ptr<LeafRecord>(
      new (page) LeafRecord(), [](LeafRecord* record) { ::munmap(record, sizeof(LeafRecord)); });
}

void set_io_weight(const std::string& leaf_directory) {
  UniqueFd weight = open_optional(leaf_directory, "io.weight", O_WRONLY);
  if (weight.valid()) (void)os::write_fd(weight.get(), kSlotIoWeight, "io.weight");
}

bool CgroupLeaf::was_killed_for_memory() const {
  if (!record) return false;
  const std::int64_t limit = record->job_memory_limit;
  auto text = [&](const char* file) {
    Result<std::string> read = os::read_file(memory_directory + "/" + file, 4096);
    return read ? *read : std::string();
  };
  if (limit == 0) return false;
  if (files.version == 2) {
    std::string events = text("memory.events");
    return find_keyed(events, "oom_kill") > record->oom_kills &&
           find_keyed(events, "oom") > record->oom_events;
  }
  // v1 does not count how often the limit was reached, but the peak belongs to the job.
  bool met_limit = to_number(text("memory.max_usage_in_bytes")) >= limit - limit / 16;
  return met_limit && find_keyed(text("memory.oom_control"), "oom_kill") > record->oom_kills;
}

CgroupTree CgroupTree::discover() {
  CgroupTree tree;
  if (!tree.discover_v2()) tree.discover_v1();
  for (std::string_view layer : kLayers) {
    if (tree.find(layer)) tree.layers_.push_back(fmt::format("cgroup-{}", layer));
  }
  tree.note_missing();
  return tree;
}

const CgroupTree::Controller* CgroupTree::find(std::string_view name) const {
  auto it = std::ranges::find(controllers_, name, &Controller::name);
  return it == controllers_.end() ? nullptr : &*it;
}

bool CgroupTree::discover_v2() {
  Result<std::string> own = delegated_v2_cgroup();
  if (own.has_error()) {
    why_no_v2_ = own.error().message();
    return false;
  }
  version_ = 2;
  for (std::string_view name : kLayers) {
    if (v2_controller_enabled(*own, name)) controllers_.push_back({std::string(name), *own});
  }
  return true;
}

void CgroupTree::discover_v1() {
  for (const V1Cgroup& cgroup : own_v1_cgroups()) {
    std::string probe = fmt::format("{}/{}{}-probe", cgroup.directory, kLeafPrefix, ::getpid());
    if (os::ensure_dir(probe, 0755).has_error()) continue;
    ::rmdir(probe.c_str());
    controllers_.push_back({cgroup.controller, cgroup.directory});
  }
  if (!controllers_.empty()) version_ = 1;
}

void CgroupTree::note_missing() {
  for (std::string_view layer : kLayers) {
    if (find(layer)) continue;
    missing_.push_back(
        {fmt::format("cgroup-{}", layer),
         fmt::format("this process may not use the {} controller: {}", layer,
                     why_no_v2_.empty() ? "it is not enabled for our cgroup" : why_no_v2_),
         "run under systemd with Delegate=yes (systemd-run --user --scope -p Delegate=yes ...), or "
         "as "
         "root; otherwise rlimits and polling enforce the limit"});
  }
}

Result<CgroupLeaf> CgroupTree::make_leaf(std::size_t index) const {
  CgroupLeaf leaf;
  leaf.files.version = version_;
  if (find("memory")) {
    GB_TRY(leaf.record, map_leaf_record());
  }
  std::string name = fmt::format("{}{}-{}", kLeafPrefix, ::getpid(), index);
  Result<void> made = ok();
  if (version_ == 2 && !controllers_.empty()) {
    made = open_v2(leaf, controllers_.front().directory + "/" + name);
  } else if (version_ == 1) {
    made = open_v1(leaf, name);
  }
  if (made.has_value()) return leaf;
  leaf.remove();
  return made.error();
}

Result<void> CgroupTree::open_v1(CgroupLeaf& leaf, const std::string& leaf_name) const {
  CgroupFiles& files = leaf.files;
  for (const Controller& controller : controllers_) {
    std::string dir = controller.directory + "/" + leaf_name;
    if (std::ranges::find(leaf.directories, dir) == leaf.directories.end()) {
      GB_TRY_VOID(os::ensure_dir(dir, 0755));
      leaf.directories.push_back(dir);
    }
    if (controller.name == "memory") {
      leaf.memory_directory = dir;
      GB_TRY(files.memory_limit, os::open(dir + "/memory.limit_in_bytes", O_RDWR));
      GB_TRY(files.memory_events, os::open(dir + "/memory.oom_control", O_RDONLY));
      files.memory_swap_limit = open_optional(dir, "memory.memsw.limit_in_bytes", O_RDWR);
      files.memory_current = open_optional(dir, "memory.usage_in_bytes", O_RDONLY);
      files.memory_reclaim = open_optional(dir, "memory.force_empty", O_WRONLY);
      files.memory_peak = open_optional(dir, "memory.max_usage_in_bytes", O_RDWR);
      GB_TRY(files.memory_notify, os::eventfd());
      GB_TRY_VOID(os::write_file(
          dir + "/cgroup.event_control",
          fmt::format("{} {}", files.memory_notify.get(), files.memory_events.get())));
    } else if (controller.name == "pids") {
      GB_TRY(files.pids_limit, os::open(dir + "/pids.max", O_RDWR));
      files.pids_current = open_optional(dir, "pids.current", O_RDONLY);
      files.pids_peak = open_optional(dir, "pids.peak", O_RDONLY);
      files.pids_events = open_optional(dir, "pids.events", O_RDONLY);
    } else if (controller.name == "cpu") {
      GB_TRY(files.cpu_limit, os::open(dir + "/cpu.cfs_quota_us", O_RDWR));
    } else if (controller.name == "cpuacct") {
      files.cpu_user = open_optional(dir, "cpuacct.usage_user", O_RDONLY);
      files.cpu_system = open_optional(dir, "cpuacct.usage_sys", O_RDONLY);
      files.cpu_total = open_optional(dir, "cpuacct.usage", O_RDONLY);
    }
  }
  return ok();
}

Result<void> CgroupTree::open_v2(CgroupLeaf& leaf, const std::string& dir) const {
  GB_TRY_VOID(os::ensure_dir(dir, 0755));
  leaf.directories.push_back(dir);
  CgroupFiles& files = leaf.files;
  if (find("memory")) {
    leaf.memory_directory = dir;
    GB_TRY(files.memory_limit, os::open(dir + "/memory.max", O_RDWR));
    GB_TRY(files.memory_events, os::open(dir + "/memory.events", O_RDONLY));
    files.memory_swap_limit = open_optional(dir, "memory.swap.max", O_RDWR);
    files.memory_current = open_optional(dir, "memory.current", O_RDONLY);
    files.memory_reclaim = open_optional(dir, "memory.reclaim", O_WRONLY);
    files.memory_peak = open_optional(dir, "memory.peak", O_RDWR);
    if (!files.memory_peak.valid()) files.memory_peak = open_optional(dir, "memory.peak", O_RDONLY);
  }
  if (find("pids")) {
    GB_TRY(files.pids_limit, os::open(dir + "/pids.max", O_RDWR));
    files.pids_current = open_optional(dir, "pids.current", O_RDONLY);
    files.pids_peak = open_optional(dir, "pids.peak", O_RDONLY);
    files.pids_events = open_optional(dir, "pids.events", O_RDONLY);
  }
  if (find("cpu")) {
    GB_TRY(files.cpu_limit, os::open(dir + "/cpu.max", O_RDWR));
  }
  set_io_weight(dir);
  files.cpu_user = open_optional(dir, "cpu.stat", O_RDONLY);
  return ok();
}

std::vector<std::string> CgroupTree::parents() const {
  std::vector<std::string> directories;
  for (const Controller& controller : controllers_) {
    if (std::ranges::find(directories, controller.directory) == directories.end()) {
      directories.push_back(controller.directory);
    }
  }
  return directories;
}

void CgroupTree::sweep() const {
  for (const std::string& parent : parents()) {
    std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(parent.c_str()), ::closedir);
    if (!dir) continue;
    while (const dirent* entry = ::readdir(dir.get())) {
      pid_t owner = leaf_owner(entry->d_name);
      if (owner > 0 && (owner == ::getpid() || !is_alive(owner))) {
        ::rmdir((parent + "/" + entry->d_name).c_str());
      }
    }
  }
}

}  // namespace glovebox
