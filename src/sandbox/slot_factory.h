// Parent half of making a slot, in the launcher.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <utility>

#include "base/result.h"
#include "base/unique_fd.h"
#include "sandbox/cgroup.h"
#include "sandbox/seccomp_filter.h"

namespace glovebox {

// A slot as the launcher holds it.
struct SlotProcess {
  pid_t pid = 0;
  UniqueFd pidfd;
  CgroupLeaf leaf;  // without its files, which the slot has
};

class SlotFactory {
 public:
  // Finds out what the host has and prepares what all slots share.
  static Result<SlotFactory> create(const std::filesystem::path& project_root);

  const CgroupTree& cgroups() const { return cgroups_; }
  int landlock_abi() const { return landlock_abi_; }

  // Clones a slot and waits until it stands; its server's end of the socket is the second.
  Result<std::pair<SlotProcess, UniqueFd>> make(std::size_t index) const;

 private:
  explicit SlotFactory(CgroupTree cgroups) : cgroups_(std::move(cgroups)) {}
  Result<void> admit(const SlotProcess& slot, const struct IdMap& ids, const UniqueFd& child) const;

  std::string store_dir_;
  CgroupTree cgroups_;
  SeccompProgram seccomp_;
  int landlock_abi_ = 0;
  std::pair<UniqueFd, UniqueFd> lifeline_;  // {slots' end, ours}
};

}  // namespace glovebox
