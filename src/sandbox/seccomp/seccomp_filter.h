// The system calls of a job (seccomp(2)): an allow-list with rules for arguments (job_calls.h). In
// the namespaces tier this is one program, compiled once by the launcher and installed once by each
// slot. Jobs inherit it, because installing a filter for every run costs as much as the rest of a
// launch. In the landlock tier each job installs a stricter one (landlock_calls.h).
//
// The first program allows what a slot needs to set up a job (mount, clone into new namespaces). A
// job cannot use these calls because it has no capabilities, and because of Landlock.
#pragma once

#include "base/result.h"
#include "base/unique_fd.h"
#include "sandbox/seccomp/seccomp_program.h"

namespace glovebox {

// Whether a memory cgroup counts memory that no process has mapped, such as memory files.
enum class UnmappedMemory { kNotCounted, kCounted };

// Whether a process reads the listener of install_asking_filter(). If not, calls that would be sent
// to it fail as if the kernel did not have them, and a call through another architecture's entry
// kills the process.
enum class Listener { kNone, kSupervisor };

// The supervisor is asked about ipc_calls(), and is notified of every call through another
// architecture's entry: this is the only way to make that verdict certain.
Result<SeccompProgram> compile_seccomp_filter(UnmappedMemory memory, Listener listener);

// For a job that shares its uid and all namespaces with the server: restricts what namespaces and
// mounts restrict in the other tier. `landlock_abi`: what Landlock itself restricts there.
Result<SeccompProgram> compile_landlock_tier_filter(UnmappedMemory memory, int landlock_abi);

// Installed last, in the landlock tier: allows no further filter and no sendmsg. Descriptors in
// transit are counted per uid (unix(7), ETOOMANYREFS), so a single job could prevent the server
// from passing any.
const SeccompProgram& last_filter();

// Adds a rule by the name of the call. A call that this libseccomp or this architecture does not
// have stays unknown.
void set_call(CallTable& table, const char* name, const CallRule& rule);

// Installs it for the calling thread and its future children; needs no_new_privs.
Result<void> install_seccomp_filter(const SeccompProgram& program);
// Also installs it, and returns the listener (seccomp_unotify(2), Linux 5.5), or -1 with errno set.
// Async-signal-safe.
int install_asking_filter(const SeccompProgram& program);

}  // namespace glovebox
