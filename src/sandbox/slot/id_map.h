// Which uids and gids of the host are mapped in a slot's user namespace (user_namespaces(7)).
#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace glovebox {

// The ids inside, the same in every slot.
inline constexpr unsigned kSupervisorId = 0;  // only if the slot has its own ids
inline constexpr unsigned kJobId = 1000;

struct IdMap {
  // True: two host ids for this slot, far above those of users, one for the supervisor and one for
  // jobs; the launcher must be root. False: the launcher's own id, which all slots share.
  bool own_ids = false;
  uid_t host_supervisor = 0;
  uid_t host_job = 0;
  gid_t host_group = 0;  // if the id is shared

  // The supervisor's id inside.
  unsigned supervisor_id() const { return own_ids ? kSupervisorId : kJobId; }
};

// If the launcher is root of the host, each slot gets separate ids; otherwise, also for root of a
// container, all share one.
IdMap plan_id_map(std::size_t slot_index);

// Writes uid_map and gid_map of a process that was just cloned into a new user namespace.
Result<void> write_id_map(pid_t pid, const IdMap& map);

// A detached, read-only copy of the mount of `directory`, in which files that belong to root on
// disk belong to the slot's job: an idmapped mount (mount_setattr(2), Linux 5.12; below overlayfs
// 5.19). If ids are shared, the slot itself makes a plain copy and this returns an invalid
// descriptor.
Result<UniqueFd> make_store_mount(const std::string& directory, const IdMap& map);

}  // namespace glovebox
