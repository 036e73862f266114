#include "sandbox/seccomp/seccomp_filter.h"

#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/os.h"
#include "sandbox/seccomp/job_calls.h"
#include "sandbox/seccomp/landlock_calls.h"

namespace glovebox {
namespace {

constexpr CallAnswer kNotPermitted = answer_errno(EPERM);

constexpr CallAnswer kUnknown = answer_errno(ENOSYS);

CallTable table_of_jobs(UnmappedMemory memory, Listener listener) {
  bool asks = listener == Listener::kSupervisor;
  CallTable table;
  table.unknown = kUnknown;
  table.foreign = asks ? CallAnswer::kAsk : CallAnswer::kKill;
  for (const char* name : refused_calls()) set_call(table, name, always(kNotPermitted));
  for (const JobCall& call : job_calls()) set_call(table, call.name.c_str(), call.rule);
  for (const char* name : ipc_calls()) {
    set_call(table, name, always(asks ? CallAnswer::kAsk : kUnknown));
  }
  if (memory == UnmappedMemory::kCounted) return table;
  for (const char* name : unmapped_memory_calls()) set_call(table, name, always(kUnknown));
  return table;
}

sock_fprog as_filter(const SeccompProgram& program) {
  return {static_cast<unsigned short>(program.size()), const_cast<sock_filter*>(program.data())};
}

}  // namespace

void set_call(CallTable& table, const char* name, const CallRule& rule) {
  int number = seccomp_syscall_resolve_name(name);
  if (number >= 0) table.rules[number] = rule;
}

Result<SeccompProgram> compile_seccomp_filter(UnmappedMemory memory, Listener listener) {
  CallTable table = table_of_jobs(memory, listener);
  // The supervisor allows it only to an init whose job has another root (CallWatch).
  if (listener == Listener::kSupervisor) set_call(table, "chroot", always(CallAnswer::kAsk));
  return compile(table);
}

Result<SeccompProgram> compile_landlock_tier_filter(UnmappedMemory memory, int landlock_abi) {
  CallTable table = table_of_jobs(memory, Listener::kSupervisor);
  restrict_to_landlock_tier(table, landlock_abi);
  return compile(table);
}

const SeccompProgram& last_filter() {
  static const SeccompProgram program = [] {
    CallTable table;
    table.unknown = CallAnswer::kAllow;
    table.foreign = CallAnswer::kAllow;  // the other filter decides: the stricter answer applies
    for (const char* name : {"sendmsg", "sendmmsg"}) set_call(table, name, always(kNotPermitted));
    set_call(table, "seccomp",
             {{{{is_one_of(0, {SECCOMP_SET_MODE_FILTER, SECCOMP_SET_MODE_STRICT})}, kNotPermitted}},
              CallAnswer::kAllow});
    return compile(table).value();
  }();
  return program;
}

Result<void> install_seccomp_filter(const SeccompProgram& program) {
  sock_fprog filter = as_filter(program);
  return os::check(::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter), "seccomp", "");
}

int install_asking_filter(const SeccompProgram& program) {
  // A signal that the job may survive does not interrupt a call that the supervisor is processing
  // (Linux 5.19). Otherwise the call would be repeated and the supervisor's work would be done
  // twice.
  constexpr unsigned kWaitKillable = 1UL << 5;
  sock_fprog filter = as_filter(program);
  long listener = -1;
  for (unsigned flags : {kWaitKillable, 0U}) {
    listener = ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                         SECCOMP_FILTER_FLAG_NEW_LISTENER | flags, &filter);
    if (listener >= 0 || errno != EINVAL) break;
  }
  return static_cast<int>(listener);
}

}  // namespace glovebox
