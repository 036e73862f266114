// Tests for each PID whether a signal could be sent to it, in every available way. Uses signal 0
// throughout, so nothing is sent. "aim_signals PID"
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "probe.h"

int main(int argc, char** argv) {
  pid_t pid = argc > 1 ? atoi(argv[1]) : getppid();
  siginfo_t info = {.si_code = SI_QUEUE};
  report("kill", kill(pid, 0));
  report("kill-group", kill(-pid, 0));
  report("tkill", syscall(SYS_tkill, pid, 0));
  report("tgkill", syscall(SYS_tgkill, pid, pid, 0));
  report("sigqueue", syscall(SYS_rt_sigqueueinfo, pid, 0, &info));
  int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
  report("pidfd-open", pidfd);
  report("pidfd-send-signal", syscall(SYS_pidfd_send_signal, pidfd, 0, NULL, 0));
  int sockets[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) return 2;
  struct f_owner_ex owner = {F_OWNER_PID, pid};
  report("f-setown", fcntl(sockets[0], F_SETOWN, pid));
  report("f-setown-ex", fcntl(sockets[0], F_SETOWN_EX, &owner));
  return 0;
}
