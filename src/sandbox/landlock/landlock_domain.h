// Landlock (landlock(7), Linux 5.13): what a job may read, execute and write, regardless of mounts
// and permissions. ABI 4 and later: no TCP; ABI 5: no device ioctl on other files; ABI 6: no
// abstract socket or signal outside the job.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace glovebox {

// 0 if the kernel has no Landlock or it is disabled.
int landlock_abi();

// The rights of a job in the namespaces tier: read and execute everything in its root; write below
// /work, /tmp and /dev/shm and to the devices.
struct JobRuleset {
  int abi = 0;
  // O_PATH descriptors that belong to the slot, so that they are not opened for each job.
  int root = -1;
  int dev = -1;
};
// Created by a job's init after its mounts, because rules apply to the folders that exist then.
// Uses raw system calls. Returns 0 or an errno; the ruleset is -1 if abi is 0.
int make_job_ruleset(const JobRuleset& wanted, int* ruleset);

// For a job without its own root: read and execute below /usr and similar folders, read the few
// files of /etc that programs there need, write only below `folders`. Nothing in /proc. The Error
// is kUser if a readable folder contains `hidden`.
Result<UniqueFd> make_landlock_tier_ruleset(int abi, const std::vector<std::string>& folders,
                                            const std::string& hidden);

// A raw system call. Returns 0 or an errno.
int enter_landlock_domain(int ruleset_fd);

}  // namespace glovebox
