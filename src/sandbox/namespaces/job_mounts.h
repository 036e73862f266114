// What a job's init mounts, see job_init.cc. Raw system calls: 0 or an errno.
#pragma once

#include "sandbox/namespaces/job_init.h"

namespace glovebox {

// Before its job is known.
int mount_proc(const InitPlan& slot);
int mount_disk(const InitPlan& slot);
// Opens for the supervisor what outlives this process, in the table that both share.
int hand_over(const InitPlan& slot);

// For its job.
// Where the job names another root: makes it, with this job's /dev and /proc, and changes to it.
// Needs a supervisor that allows chroot(2) to this process (CallWatch).
int enter_job_root(const InitStart& start);
int resize_disk(const InitPlan& slot, const JobPlan& job);
int mount_work(const InitStart& start);
int mount_shm();
// Covers the tmpfs itself.
int mount_tmp();
// Rules for what the job sees now.
int make_ruleset(const InitStart& start);

// Unmounts everything of the last job but /proc, and closes what was opened of it.
int unmount_job(const InitPlan& slot);

}  // namespace glovebox
