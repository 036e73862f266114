// Which uids and gids of the host a slot's user namespace knows (user_namespaces(7)).
#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.h"
#include "base/unique_fd.h"

namespace glovebox {

// The ids inside, the same in every slot.
inline constexpr unsigned kSupervisorId = 0;  // only where the slot has ids of its own
inline constexpr unsigned kJobId = 1000;

struct IdMap {
  // True: two host ids of the slot's own, far above those of people, one for the supervisor and one
  // for jobs; the launcher must be root. False: the launcher's own id, which all slots share.
  bool own_ids = false;
  uid_t host_supervisor = 0;
  uid_t host_job = 0;
  gid_t host_group = 0;  // where the id is shared

  // What the supervisor is inside.
  unsigned supervisor_id() const { return own_ids ? kSupervisorId : kJobId; }
};

// Root of the host gets separate ids for each slot; anybody else, root of a container included,
// shares one.
IdMap plan_id_map(std::size_t slot_index);

// Writes uid_map and gid_map of a process that was just cloned into a new user namespace.
Result<void> write_id_map(pid_t pid, const IdMap& map);

// A detached, read-only copy of the mount of `directory`, in which what root owns on disk belongs
// to the slot's job: an idmapped mount (mount_setattr(2), Linux 5.12; below overlayfs 5.19). Where
// ids are shared, the plain copy is made by the slot itself and this returns an invalid descriptor.
Result<UniqueFd> make_store_mount(const std::string& directory, const IdMap& map);

}  // namespace glovebox
