// The system calls of a slot and its jobs (seccomp(2)). One program, compiled once by the launcher
// and installed once by each slot; jobs inherit it, since installing one for every run would cost a
// run's time.
//
// Unknown calls answer ENOSYS, dangerous ones EPERM, another architecture's entry kills. What a
// slot itself needs for a job's set-up (mount, clone into new namespaces) is let through here and
// refused to jobs by their having no capability; docs/sandbox.md lists those calls.
#pragma once

#include <linux/filter.h>

#include <vector>

#include "base/result.h"

namespace glovebox {

using SeccompProgram = std::vector<sock_filter>;

// Whether a memory cgroup counts what no process has mapped, such as memory files.
enum class UnmappedMemory { kNotCounted, kCounted };

Result<SeccompProgram> compile_seccomp_filter(UnmappedMemory memory);

// For the calling thread and its children to come; needs no_new_privs.
Result<void> install_seccomp_filter(const SeccompProgram& program);

}  // namespace glovebox
