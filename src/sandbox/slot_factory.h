// Parent half of making a slot, in the launcher.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <utility>

#include "base/result.h"
#include "base/unique_fd.h"
#include "sandbox/cgroup.h"
#include "sandbox/launcher.h"
#include "sandbox/seccomp_filter.h"
#include "sandbox/slot.h"

namespace glovebox {

// A slot as the launcher holds it.
struct SlotProcess {
  pid_t pid = 0;
  UniqueFd pidfd;
  CgroupLeaf leaf;       // without its files, which the slot has
  bool own_proc = true;  // see SlotConfig
  bool own_hostname = true;
};

class SlotFactory {
 public:
  // Finds out what the host has and prepares what all slots share.
  static Result<SlotFactory> create(const LauncherOptions& options, Tier tier);

  const CgroupTree& cgroups() const { return cgroups_; }
  int landlock_abi() const { return landlock_abi_; }
  Tier tier() const { return tier_; }

  // Clones a slot and waits until it stands; its server's end of the socket is the second.
  Result<std::pair<SlotProcess, UniqueFd>> make(std::size_t index) const;

 private:
  SlotFactory(Tier tier, CgroupTree cgroups) : tier_(tier), cgroups_(std::move(cgroups)) {}
  Result<SlotConfig> plan(std::size_t index) const;
  Result<void> admit(SlotProcess& slot, const IdMap& ids, const UniqueFd& child) const;

  Tier tier_;
  std::string store_dir_;
  std::string work_root_;
  CgroupTree cgroups_;
  SeccompProgram seccomp_;
  int landlock_abi_ = 0;
  std::pair<UniqueFd, UniqueFd> lifeline_;  // {slots' end, ours}
};

}  // namespace glovebox
