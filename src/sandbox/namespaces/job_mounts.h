// What a job's init mounts; see job_init.cc. Raw system calls: 0 or an errno.
#pragma once

#include "sandbox/namespaces/job_init.h"

namespace glovebox {

// Called before the job is known.
int mount_proc(const InitPlan& slot);
int mount_disk(const InitPlan& slot);
// Opens, in the shared descriptor table, what the supervisor needs after this process has ended.
int hand_over(const InitPlan& slot);

// Called for the job. If the job names another root: creates it, with this job's /dev and /proc,
// and changes to it. Needs a supervisor that allows this process to call chroot(2) (CallWatch).
int enter_job_root(const InitStart& start);
int resize_disk(const InitPlan& slot, const JobPlan& job);
int mount_work(const InitStart& start);
int mount_shm();
// Covers the tmpfs itself.
int mount_tmp();
// The Landlock rules for what the job sees.
int make_ruleset(const InitStart& start);

// Unmounts everything of the last job except /proc, and closes what was opened for it.
int unmount_job(const InitPlan& slot);

}  // namespace glovebox
