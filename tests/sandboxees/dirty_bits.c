// Calls whose arguments a filter checks, with garbage in the 32 bits that the kernel ignores
// (CVE-2019-10063). Each is refused without the garbage too.
#include <sched.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "probe.h"

#define GARBAGE 0x1234567800000000L

static int clone_with(long flags) {
  long child = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
  if (child == 0) _exit(0);
  if (child < 0) return errno;
  waitpid((pid_t)child, NULL, 0);
  return 0;
}

static int unshare_with(long flags) {
  return syscall(SYS_unshare, flags) == 0 ? 0 : errno;
}

int main(void) {
  require_confinement();
  report_in_child("clone-newuser", clone_with, GARBAGE | CLONE_NEWUSER);
  report_in_child("clone-newuts", clone_with, GARBAGE | CLONE_NEWUSER | CLONE_NEWUTS);
  report_in_child("unshare-newuser", unshare_with, GARBAGE | CLONE_NEWUSER);
  report("socket-inet", syscall(SYS_socket, GARBAGE | AF_INET, SOCK_STREAM, 0));
  report("socket-inet6", syscall(SYS_socket, GARBAGE | AF_INET6, SOCK_DGRAM, 0));
  report("socket-netlink", syscall(SYS_socket, GARBAGE | AF_NETLINK, SOCK_RAW, 0));
  // The reverse: allowed calls stay allowed.
  report("socket-unix", syscall(SYS_socket, GARBAGE | AF_UNIX, SOCK_STREAM, 0));
  int pair[2];
  report("allowed-socketpair-unix",
         syscall(SYS_socketpair, GARBAGE | AF_UNIX, GARBAGE | SOCK_STREAM, GARBAGE, pair));
  return 0;
}
