// A slot: a supervisor inside its sandbox, idle until it is given a job.
//
// In the namespaces tier the supervisor keeps what cannot carry anything from one job to the next:
// its cgroup leaf, user and network namespace, read-only root, seccomp filter. What can is new for
// each job: PID, mount, IPC and UTS namespace, /proc, /tmp, /dev/shm, /work, Landlock domain. In
// the landlock tier it keeps next to nothing, and a job gets a workspace, a domain and a filter of
// its own. docs/sandbox.md lists all of it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"
#include "model/isolation.h"
#include "sandbox/cgroup/cgroup_tree.h"
#include "sandbox/seccomp/seccomp_filter.h"
#include "sandbox/slot/id_map.h"

namespace glovebox {

// proc(5), oom_score_adj: of a slot; a job has 1000. When the whole host is short of memory, both
// are killed before anything else.
inline constexpr std::string_view kSlotOomScore = "500";

// Everything that a slot gets from the launcher: plain data and descriptors, made in advance.
struct SlotConfig {
  std::size_t index = 0;
  Tier tier = Tier::kNamespaces;
  std::string store_dir;
  CgroupFiles cgroup;
  std::shared_ptr<LeafRecord> leaf_record;  // see CgroupLeaf
  SeccompProgram seccomp;
  SeccompProgram seccomp_unasked;  // the namespaces tier's, for where no listener can be had
  int landlock_abi = 0;
  UniqueFd server;     // SOCK_SEQPACKET, see slot_protocol.h
  UniqueFd oom_score;  // /proc/self/oom_score_adj, once in the slot
  UniqueFd lifeline;   // readable or at its end when the launcher is gone
  UniqueFd host_proc;  // a /proc that shows the jobs' processes, made in the slot

  // The namespaces tier alone.
  IdMap ids;
  UniqueFd store_mount;   // see make_store_mount(); where invalid, store_dir is bound
  std::string roots_dir;  // empty: no job has another root
  UniqueFd roots_mount;   // see make_roots_mount(); where invalid, roots_dir is bound
  // Made in the slot, where its jobs have an id of their own; without either, nothing that a job
  // has used is kept for the next one.
  UniqueFd last_pid;  // /proc/sys/kernel/ns_last_pid: of the PID namespace of whoever writes there
  // The listener of its seccomp filter, see call_watch.h; invalid where there cannot be one.
  UniqueFd calls;
  UniqueFd devices;      // see make_devices(); where invalid, those of the host are bound
  bool own_proc = true;  // whether proc(5) could be mounted; jobs have none where it could not
  bool own_hostname = true;

  // The landlock tier alone.
  std::string work_dir;  // the slot's own folder, for the workspace of its job
  UniqueFd work_folder;  // the same
  UniqueFd store_folder;
};

// Child half of making a slot, in a process just cloned, in the namespaces tier into new
// namespaces, once the parent has written its id maps and moved it into its leaf. The Error names
// the step.
Result<void> enter_slot(SlotConfig& config);           // slot_setup.cc
Result<void> enter_landlock_slot(SlotConfig& config);  // landlock_slot.cc

// The supervisor's life: runs jobs until the server or the launcher is gone. Never returns.
[[noreturn]] void run_slot(SlotConfig config);

}  // namespace glovebox
