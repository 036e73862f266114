#include "outbound/sender_calls.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>

#include <cerrno>

#include "sandbox/seccomp/call_list.h"
#include "sandbox/seccomp/seccomp_filter.h"
#include "sandbox/seccomp/seccomp_program.h"

namespace glovebox {
namespace {

// Memory, threads, time and descriptors that are open.
constexpr std::string_view kPlainCalls =
    "brk clock_getres clock_gettime clock_nanosleep close dup exit exit_group fcntl fstat futex "
    "getegid geteuid getgid getpid getppid getrandom gettid gettimeofday getuid ioctl lseek "
    "madvise membarrier mmap mprotect mremap munmap nanosleep newfstatat pipe2 eventfd2 read readv "
    "restart_syscall rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigreturn sched_getaffinity "
    "sched_yield set_robust_list set_tid_address sigaltstack sysinfo tgkill time uname write "
    "writev";
// Waiting and talking. No bind, no listen, no accept.
constexpr std::string_view kNetworkCalls =
    "connect epoll_create1 epoll_ctl epoll_pwait epoll_wait getpeername getsockname getsockopt "
    "poll ppoll pselect6 recvfrom recvmmsg recvmsg select sendmmsg sendmsg sendto setsockopt "
    "shutdown socketpair";

CallTable sender_table() {
  CallList list;
  list.begin("sender");
  list.allow(kPlainCalls);
  list.allow(kNetworkCalls);
  list.only("socket", {is_one_of(0, {AF_INET, AF_INET6})}, "internet only",
            answer_errno(EAFNOSUPPORT));
  list.only("clone", {bits_are(0, CLONE_THREAD, {CLONE_THREAD})}, "threads only", kRefuse);
  // glibc falls back to clone, whose flags a filter can see.
  list.rule("clone3", always(answer_errno(ENOSYS)), "as if the kernel did not have it");
  list.only("prctl", {is_one_of(0, {15 /* PR_SET_NAME */})}, "a thread's name", kRefuse);
  // Its own limits may be read.
  list.only("prlimit64", {is_null(2)}, "read only", kRefuse);
  // A program looks at a file before it does without: no such file, rather than forbidden.
  for (const char* name : {"open", "openat", "access", "faccessat", "faccessat2", "readlink",
                           "readlinkat", "stat", "statx", "lstat"}) {
    list.rule(name, always(answer_errno(ENOENT)), "there are no files");
  }
  CallTable table;
  table.unknown = kRefuse;
  for (const JobCall& call : list.take()) set_call(table, call.name.c_str(), call.rule);
  return table;
}

}  // namespace

Result<void> seal_sender_calls() {
  GB_TRY(SeccompProgram program, compile(sender_table()));
  return install_seccomp_filter(program);
}

}  // namespace glovebox
