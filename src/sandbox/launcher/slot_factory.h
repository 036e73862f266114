// Parent half of creating a slot, in the launcher.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <utility>

#include "base/result.h"
#include "base/unique_fd.h"
#include "sandbox/cgroup/cgroup_tree.h"
#include "sandbox/launcher/launcher_options.h"
#include "sandbox/seccomp/seccomp_filter.h"
#include "sandbox/slot/slot.h"

namespace glovebox {

// A slot as the launcher holds it.
struct SlotProcess {
  pid_t pid = 0;
  UniqueFd pidfd;
  CgroupLeaf leaf;       // without its files, which the slot has
  bool own_proc = true;  // see SlotConfig
  bool own_hostname = true;
  bool listens = true;  // to its jobs' calls
};

// A slot that has been cloned and is not ready yet. Pass it to stand(), which waits for it.
struct RisingSlot {
  SlotProcess slot;
  UniqueFd server;     // its server's end of the socket
  UniqueFd handshake;  // on which it reports that it is ready
};

class SlotFactory {
 public:
  // Determines what the host provides and prepares what all slots share.
  static Result<SlotFactory> create(const LauncherOptions& options, Tier tier);

  const CgroupTree& cgroups() const { return cgroups_; }
  int landlock_abi() const { return landlock_abi_; }
  Tier tier() const { return tier_; }

  // Clones a slot, which then sets itself up. On failure everything of it is removed.
  Result<RisingSlot> begin(std::size_t index) const;
  // Waits until the slot is ready. The second value is the server's end of its socket. On failure
  // everything of the slot is removed.
  Result<std::pair<SlotProcess, UniqueFd>> stand(RisingSlot rising) const;

 private:
  SlotFactory(Tier tier, CgroupTree cgroups) : tier_(tier), cgroups_(std::move(cgroups)) {}
  Result<SlotConfig> plan(std::size_t index) const;
  Result<void> admit(const SlotProcess& slot, const IdMap& ids, const UniqueFd& child) const;

  Tier tier_;
  std::string store_dir_;
  std::string roots_dir_;
  std::string work_root_;
  CgroupTree cgroups_;
  SeccompProgram seccomp_;
  SeccompProgram seccomp_unasked_;
  int landlock_abi_ = 0;
  std::pair<UniqueFd, UniqueFd> lifeline_;  // {slots' end, ours}
};

}  // namespace glovebox
