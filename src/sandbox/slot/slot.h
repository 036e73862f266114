// A slot: a supervisor inside its sandbox, idle until it receives a job.
//
// In the namespaces tier the supervisor keeps what cannot carry data from one job to the next: its
// cgroup leaf, user and network namespace, read-only root, seccomp filter. Everything else is new
// for each job: PID, mount, IPC and UTS namespace, /proc, /tmp, /dev/shm, /work, Landlock domain.
// In the landlock tier it keeps almost nothing, and each job gets its own workspace, domain and
// filter. docs/sandbox.md lists all of it.
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

// Everything that a slot gets from the launcher: plain data and descriptors, prepared in advance.
struct SlotConfig {
  std::size_t index = 0;
  Tier tier = Tier::kNamespaces;
  std::string store_dir;
  CgroupFiles cgroup;
  std::shared_ptr<LeafRecord> leaf_record;  // see CgroupLeaf
  SeccompProgram seccomp;
  SeccompProgram seccomp_unasked;  // of the namespaces tier, if a listener is not possible
  int landlock_abi = 0;
  UniqueFd server;     // SOCK_SEQPACKET, see slot_protocol.h
  UniqueFd oom_score;  // /proc/self/oom_score_adj, opened in the slot
  UniqueFd lifeline;   // readable or closed when the launcher is gone
  UniqueFd host_proc;  // a /proc that shows the jobs' processes, opened in the slot

  // Only for the namespaces tier.
  IdMap ids;
  UniqueFd store_mount;   // see make_store_mount(); if invalid, store_dir is bound
  std::string roots_dir;  // empty: no job has another root
  UniqueFd roots_mount;   // see make_roots_mount(); if invalid, roots_dir is bound
  // Opened in the slot, if its jobs have their own id. Without either of these, nothing that a job
  // has used is kept for the next one.
  UniqueFd last_pid;  // /proc/sys/kernel/ns_last_pid: of the PID namespace of the writing process
  // The listener of its seccomp filter, see call_watch.h; invalid if a listener is not possible.
  UniqueFd calls;
  UniqueFd devices;      // see make_devices(); if invalid, those of the host are bound
  bool own_proc = true;  // whether proc(5) could be mounted; if not, jobs have no /proc
  bool own_hostname = true;

  // Only for the landlock tier.
  std::string work_dir;  // the slot's own folder, for the workspace of its job
  UniqueFd work_folder;  // a descriptor of the same folder
  UniqueFd store_folder;
};

// Child half of creating a slot, in a process that was just cloned (in the namespaces tier into new
// namespaces), after the parent has written its id maps and moved it into its leaf. The Error names
// the step.
Result<void> enter_slot(SlotConfig& config);           // slot_setup.cc
Result<void> enter_landlock_slot(SlotConfig& config);  // landlock_slot.cc

// The supervisor's main loop: runs jobs until the server or the launcher is gone. Does not return.
[[noreturn]] void run_slot(SlotConfig config);

}  // namespace glovebox
