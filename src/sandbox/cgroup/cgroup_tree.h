// Control groups: memory, pids and cpu. Uses cgroup v2 if it is delegated to us, otherwise v1,
// otherwise none, which missing() reports (cgroups(7); cgroup.events and memory.events of v2: Linux
// 4.5).
//
// Each slot is in its own leaf and its jobs are created there, so a run does not migrate processes.
// The launcher creates the leaf and opens its files. The slot does not see cgroupfs and keeps the
// descriptors: permission is checked only at open.
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

// The open files of one leaf. An invalid descriptor: this host does not have that file.
struct CgroupFiles {
  int version = 0;  // 2, 1, or 0 for none
  UniqueFd memory_limit;
  UniqueFd memory_swap_limit;
  UniqueFd memory_current;
  UniqueFd memory_reclaim;  // v1: memory.force_empty; v2: memory.reclaim (5.19)
  UniqueFd memory_peak;
  UniqueFd memory_events;  // contains "oom_kill N"
  UniqueFd
      memory_notify;  // v1: an eventfd that counts out-of-memory events; v2: memory.events polls
  UniqueFd pids_limit;
  UniqueFd pids_current;
  UniqueFd pids_peak;
  UniqueFd pids_events;  // contains "max N": refused forks
  UniqueFd cpu_limit;
  UniqueFd cpu_user;    // v1: nanoseconds; v2: cpu.stat, which has both times
  UniqueFd cpu_system;  // v1 only
  UniqueFd cpu_total;   // v1 only: nanoseconds
};

// The directories of a leaf. remove() removes them when no process is left in it.
class CgroupLeaf {
 public:
  CgroupLeaf() = default;
  // Moves a process into the leaf.
  Result<void> enter(pid_t pid) const;
  void remove() const;
  // For the launcher, after the supervisor has died: whether the kernel killed a process of the
  // leaf because the running job had reached its memory limit. Kernel memory (pipes, sockets) is
  // freed only when its last process has ended, so the kernel may choose the supervisor too.
  // Returns false if there was no job, or if the whole host was short of memory.
  bool was_killed_for_memory() const;
  CgroupFiles files;
  std::shared_ptr<LeafRecord> record;  // null without a memory controller
  std::string memory_directory;        // null without a memory controller
  std::vector<std::string> directories;
};

// Half of the default weight, which the server's cgroup has: when both wait for the same disk, the
// server gets two turns and each slot one. It takes effect if the device has an I/O scheduler or a
// cost model that uses weights (BFQ, iocost). Without an io.weight file in the leaf it has no
// effect.
inline constexpr const char* kSlotIoWeight = "default 50";
void set_io_weight(const std::string& leaf_directory);

// Where this process may create children; determined once at start.
class CgroupTree {
 public:
  // Never fails: what is not available is in missing().
  static CgroupTree discover();

  // "cgroup-memory", "cgroup-pids", "cgroup-cpu": the ones that a leaf will have.
  const std::vector<std::string>& layers() const { return layers_; }
  const std::vector<MissingLayer>& missing() const { return missing_; }
  int version() const { return version_; }

  // Leaves are called glovebox-PID-N, below our own cgroup. Without any controller the leaf is
  // empty.
  Result<CgroupLeaf> make_leaf(std::size_t index) const;
  // Removes leaves of processes that have ended, for example of a launcher that was killed.
  void sweep() const;

 private:
  struct Controller {
    std::string name;       // "memory"
    std::string directory;  // of our own cgroup, where children are created
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
