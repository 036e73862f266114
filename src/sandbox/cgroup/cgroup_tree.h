// Control groups: memory, pids and cpu, by cgroup v2 where it is delegated to us, else by v1, else
// not at all, which missing() reports (cgroups(7); cgroup.events and memory.events of v2:
// Linux 4.5).
//
// Each slot lives in a leaf of its own and its jobs are created there, so that a run migrates
// nothing. The launcher makes the leaf and opens its files; the slot, which sees no cgroupfs,
// keeps the descriptors: permission was checked at open.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"
#include "model/isolation.h"
#include "sandbox/cgroup/leaf_record.h"

namespace glovebox {

// The open files of one leaf. Invalid: this host does not have that file.
struct CgroupFiles {
  int version = 0;  // 2, 1, or 0 for none
  UniqueFd memory_limit;
  UniqueFd memory_swap_limit;
  UniqueFd memory_current;
  UniqueFd memory_reclaim;  // v1: memory.force_empty; v2: memory.reclaim (5.19)
  UniqueFd memory_peak;
  UniqueFd memory_events;  // holds "oom_kill N"
  UniqueFd
      memory_notify;  // v1: an eventfd that counts out-of-memory events; v2: memory.events polls
  UniqueFd pids_limit;
  UniqueFd pids_current;
  UniqueFd pids_peak;
  UniqueFd pids_events;  // holds "max N": forks refused
  UniqueFd cpu_limit;
  UniqueFd cpu_user;    // v1: nanoseconds; v2: cpu.stat, which holds both
  UniqueFd cpu_system;  // v1 only
  UniqueFd cpu_total;   // v1 only: nanoseconds
};

// A leaf's directories; removed by remove(), once no process is in it.
class CgroupLeaf {
 public:
  CgroupLeaf() = default;
  // Moves a process into the leaf.
  Result<void> enter(pid_t pid) const;
  void remove() const;
  // For the launcher, once the supervisor is dead: whether the kernel killed a process of the leaf
  // because the running job had reached its memory limit. Kernel memory (pipes, sockets) is free
  // only when its last process is gone, so that the kernel may choose the supervisor too. False
  // without a job, and where the whole host was short of memory.
  bool was_killed_for_memory() const;
  CgroupFiles files;
  std::shared_ptr<LeafRecord> record;  // null without a memory controller
  std::string memory_directory;        // the same
  std::vector<std::string> directories;
};

// Half of the default, which the server's cgroup has: where both wait for the same disk, the server
// has two turns and each slot one. Takes effect where the device has an I/O scheduler or a cost
// model that looks at weights (BFQ, iocost). Without an io.weight in the leaf it does nothing.
inline constexpr const char* kSlotIoWeight = "default 50";
void set_io_weight(const std::string& leaf_directory);

// Where this process may make children, found once at start.
class CgroupTree {
 public:
  // Never fails: what cannot be had is in missing().
  static CgroupTree discover();

  // "cgroup-memory", "cgroup-pids", "cgroup-cpu": those that a leaf will have.
  const std::vector<std::string>& layers() const { return layers_; }
  const std::vector<MissingLayer>& missing() const { return missing_; }
  int version() const { return version_; }

  // Leaves are called glovebox-PID-N, below our own cgroup. With no controller an empty leaf.
  Result<CgroupLeaf> make_leaf(std::size_t index) const;
  // Removes leaves of processes that are gone, such as those of a launcher that was killed.
  void sweep() const;

 private:
  struct Controller {
    std::string name;       // "memory"
    std::string directory;  // of our own cgroup, where children go
  };
  bool discover_v2();
  void discover_v1();
  void note_missing();
  const Controller* find(std::string_view name) const;
  Result<void> open_v1(CgroupLeaf& leaf, const std::string& leaf_name) const;
  Result<void> open_v2(CgroupLeaf& leaf, const std::string& directory) const;
  std::vector<std::string> parents() const;

  int version_ = 0;
  std::vector<Controller> controllers_;
  std::vector<std::string> layers_;
  std::vector<MissingLayer> missing_;
  std::string why_no_v2_;
};

}  // namespace glovebox
