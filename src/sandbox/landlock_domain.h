// Landlock (landlock(7), Linux 5.13): a job may read and execute everything that its root shows,
// write below /work, /tmp, /dev/shm and to the devices, and nothing else, whatever the mounts say.
// From ABI 4 no TCP, from ABI 5 no device ioctl elsewhere, from ABI 6 no abstract socket or signal
// out of the job.
#pragma once

#include "base/result.h"
#include "base/unique_fd.h"

namespace glovebox {

// 0 where the kernel has no Landlock or it is turned off.
int landlock_abi();

// Made by a job's init after its mounts, since rules hold for the folders that are there then.
// Invalid where abi is 0.
Result<UniqueFd> make_landlock_ruleset(int abi);

// Async-signal-safe. Returns 0 or errno.
int enter_landlock_domain(int ruleset_fd);

}  // namespace glovebox
