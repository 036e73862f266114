// The system calls of a job (seccomp(2)): an allow-list with rules for arguments (job_calls.h). In
// the namespaces tier one program, compiled once by the launcher and installed once by each slot;
// jobs inherit it, since installing one for every run costs as much as the rest of a launch. In the
// landlock tier each job installs a stricter one (landlock_calls.h).
//
// What a slot itself needs to set up a job (mount, clone into new namespaces) the first program
// allows; a job is refused these because it has no capabilities, and by Landlock.
#pragma once

#include "base/result.h"
#include "base/unique_fd.h"
#include "sandbox/seccomp/seccomp_program.h"

namespace glovebox {

// Whether a memory cgroup counts what no process has mapped, such as memory files.
enum class UnmappedMemory { kNotCounted, kCounted };

// Whether somebody reads the listener of install_asking_filter(). If nobody does, what would be
// asked is refused as if the kernel did not have it, and another architecture's entry kills.
enum class Listener { kNone, kSupervisor };

// The supervisor is asked about ipc_calls(), and notified of every call through another
// architecture's entry: only thus is that verdict certain.
Result<SeccompProgram> compile_seccomp_filter(UnmappedMemory memory, Listener listener);

// For a job that shares its uid and all namespaces with the server: what namespaces and mounts hold
// elsewhere, this holds. `landlock_abi`: what Landlock itself holds there.
Result<SeccompProgram> compile_landlock_tier_filter(UnmappedMemory memory, int landlock_abi);

// Installed on top, last, in the landlock tier: no other filter after it, and no sendmsg. The
// descriptors that wait in sockets are counted for the uid (unix(7), ETOOMANYREFS), so that one job
// could keep the server from passing any.
const SeccompProgram& last_filter();

// Adds a rule by the name of the call. A call that this libseccomp or this architecture does not
// have stays unknown.
void set_call(CallTable& table, const char* name, const CallRule& rule);

// For the calling thread and its children to come; needs no_new_privs.
Result<void> install_seccomp_filter(const SeccompProgram& program);
// The same; returns the listener (seccomp_unotify(2), Linux 5.5), or -1 with errno set.
// Async-signal-safe.
int install_asking_filter(const SeccompProgram& program);

}  // namespace glovebox
