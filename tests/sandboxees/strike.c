// Sends SIGKILL to each PID in one way: "strike WAY PID…". Only to processes that the test names.
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "probe.h"

// A socket that notifies its owner of input with a signal of our choice (fcntl(2)).
static int signalling_socket(int pair[2]) {
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return -1;
  return fcntl(pair[0], F_SETFL, O_ASYNC);
}

static long set_owner(const char* way, int fd, pid_t pid) {
  struct f_owner_ex owner = {strstr(way, "group") != NULL ? F_OWNER_PGRP : F_OWNER_PID, pid};
  int number = pid;
  if (strcmp(way, "setown") == 0) return fcntl(fd, F_SETOWN, pid);
  if (strcmp(way, "setown-group") == 0) return fcntl(fd, F_SETOWN, -pid);
  if (strncmp(way, "setown-ex", 9) == 0) return fcntl(fd, F_SETOWN_EX, &owner);
  if (strcmp(way, "fiosetown") == 0) return ioctl(fd, FIOSETOWN, &number);
  return ioctl(fd, SIOCSPGRP, &number);
}

static long strike_by_socket(const char* way, pid_t pid) {
  int pair[2];
  if (signalling_socket(pair) != 0) return -1;
  long owned = set_owner(way, pair[0], pid);
  int error = errno;
  fcntl(pair[0], F_SETSIG, SIGKILL);
  // Even if the owner was refused: then no signal must be sent.
  if (write(pair[1], "x", 1) != 1) return -1;
  errno = error;
  return owned;
}

static long strike(const char* way, pid_t pid) {
  siginfo_t info = {.si_code = SI_QUEUE};
  if (strcmp(way, "kill") == 0) return kill(pid, SIGKILL);
  if (strcmp(way, "kill-group") == 0) return kill(-pid, SIGKILL);
  if (strcmp(way, "tkill") == 0) return syscall(SYS_tkill, pid, SIGKILL);
  if (strcmp(way, "tgkill") == 0) return syscall(SYS_tgkill, pid, pid, SIGKILL);
  if (strcmp(way, "sigqueue") == 0) return syscall(SYS_rt_sigqueueinfo, pid, SIGKILL, &info);
  if (strcmp(way, "tgsigqueue") == 0) {
    return syscall(SYS_rt_tgsigqueueinfo, pid, pid, SIGKILL, &info);
  }
  if (strcmp(way, "pidfd") == 0) {
    int fd = (int)syscall(SYS_pidfd_open, pid, 0);
    return fd < 0 ? -1 : syscall(SYS_pidfd_send_signal, fd, SIGKILL, NULL, 0);
  }
  return strike_by_socket(way, pid);
}

int main(int argc, char** argv) {
  for (int i = 2; i < argc; ++i) report(argv[i], strike(argv[1], atoi(argv[i])));
  return 0;
}
