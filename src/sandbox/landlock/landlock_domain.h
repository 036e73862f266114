// Landlock (landlock(7), Linux 5.13): what a job may read, execute and write, whatever mounts and
// permissions say. From ABI 4 no TCP, from ABI 5 no device ioctl elsewhere, from ABI 6 no abstract
// socket or signal out of the job.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace glovebox {

// 0 where the kernel has no Landlock or it is turned off.
int landlock_abi();

// What a job of the namespaces tier may: read and execute everything that its root shows; write
// below /work, /tmp, /dev/shm and to the devices.
struct JobRuleset {
  int abi = 0;
  // O_PATH; they belong to the slot, so that nobody opens them for each job.
  int root = -1;
  int dev = -1;
};
// Made by a job's init after its mounts, since rules hold for the folders that are there then. Raw
// system calls. Returns 0, with -1 for a ruleset where abi is 0, or an errno.
int make_job_ruleset(const JobRuleset& wanted, int* ruleset);

// Without a root of the job's own: reading and executing below /usr and its kin, reading the few
// files of /etc that programs there need, writing below `folders` alone. Nothing of /proc. The
// Error is kUser where a folder that may be read holds `hidden`.
Result<UniqueFd> make_landlock_tier_ruleset(int abi, const std::vector<std::string>& folders,
                                            const std::string& hidden);

// A raw system call. Returns 0 or an errno.
int enter_landlock_domain(int ruleset_fd);

}  // namespace glovebox
