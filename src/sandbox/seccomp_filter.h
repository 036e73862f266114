// The system calls of a job (seccomp(2)). In the namespaces tier one program, compiled once by the
// launcher and installed once by each slot; jobs inherit it, since installing one for every run
// would cost a run's time. In the landlock tier each job installs a stricter one, whose questions
// its supervisor answers.
//
// Unknown calls answer ENOSYS, dangerous ones EPERM, another architecture's entry kills. What a
// slot itself needs for a job's set-up (mount, clone into new namespaces) is let through here and
// refused to jobs by their having no capability; docs/sandbox.md lists those calls.
#pragma once

#include <linux/filter.h>

#include <vector>

#include "base/result.h"
#include "base/unique_fd.h"

namespace glovebox {

using SeccompProgram = std::vector<sock_filter>;

// Whether a memory cgroup counts what no process has mapped, such as memory files.
enum class UnmappedMemory { kNotCounted, kCounted };

// Puts kIpcMakingCalls to the listener of install_asking_filter(), which lets them through.
Result<SeccompProgram> compile_seccomp_filter(UnmappedMemory memory);
// The same for where nobody listens.
SeccompProgram without_questions(SeccompProgram program);

// For a job that shares its uid and all namespaces with the server: what namespaces and mounts
// would hold, this holds. Calls listed in landlock_calls.h under kAskedCalls are put to whoever has
// the listener of install_asking_filter(). `landlock_abi`: what Landlock itself holds there.
Result<SeccompProgram> compile_landlock_tier_filter(UnmappedMemory memory, int landlock_abi);

// Installed on top, last: no sendmsg. The descriptors that wait in sockets are counted for the uid
// (unix(7), ETOOMANYREFS), so that one job could keep the server from passing any.
const SeccompProgram& descriptor_passing_filter();

// For the calling thread and its children to come; needs no_new_privs.
Result<void> install_seccomp_filter(const SeccompProgram& program);
// The same; returns the listener (seccomp_unotify(2), Linux 5.5), or -1 with errno set.
// Async-signal-safe.
int install_asking_filter(const SeccompProgram& program);

}  // namespace glovebox
