// Tracing its own child or itself, like a debugger.
#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "probe.h"

static int be_traced(long unused) {
  (void)unused;
  return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 ? 0 : errno;
}

int main(void) {
  require_confinement();
  report_in_child("ptrace-traceme", be_traced, 0);
  pid_t child = fork();
  if (child == 0) {
    for (;;) pause();
  }
  report("ptrace-seize", ptrace(PTRACE_SEIZE, child, NULL, NULL));
  char from = 'a';
  char to = 'b';
  struct iovec local = {&to, 1};
  struct iovec remote = {&from, 1};
  report("process-vm-readv", process_vm_readv(child, &local, 1, &remote, 1, 0));
  report("process-vm-writev", process_vm_writev(child, &local, 1, &remote, 1, 0));
  int pidfd = (int)syscall(SYS_pidfd_open, child, 0);
  report("pidfd-getfd", syscall(SYS_pidfd_getfd, pidfd, 1, 0));
  kill(child, SIGKILL);
  waitpid(child, NULL, __WALL);
  return 0;
}
