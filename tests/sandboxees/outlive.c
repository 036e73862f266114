// Leaves a process behind that tries to outlive its job: "outlive WAY MARKER".
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>

#include "probe.h"

static int up[2];

static void stay(void) {
  for (int number = 1; number < 65; ++number) signal(number, SIG_IGN);
  for (int fd = 0; fd < 3; ++fd) close(fd);
  prctl(PR_SET_PDEATHSIG, 0);
  if (write(up[1], "x", 1) != 1) _exit(1);
  for (;;) pause();
}

static pid_t raw_clone(long flags) {
  return (pid_t)syscall(SYS_clone, flags, 0, 0, 0, 0);
}

static void* stay_in_thread(void* unused) {
  stay();
  return unused;
}

static void leave(const char* way) {
  if (strcmp(way, "setsid") == 0 && fork() == 0) {
    setsid();
    stay();
  }
  if (strcmp(way, "setpgid") == 0 && fork() == 0) {
    setpgid(0, 0);
    setpgid(0, getppid());
    stay();
  }
  if (strcmp(way, "double-fork") == 0 && fork() == 0) {
    if (fork() != 0) _exit(0);
    stay();
  }
  if (strcmp(way, "clone-parent") == 0 && raw_clone(CLONE_PARENT | SIGCHLD) == 0) stay();
  // A signal for its parent when it ends, which may be its supervisor.
  if (strcmp(way, "exit-signal") == 0 && fork() == 0) {
    if (raw_clone(SIGKILL) == 0) stay();
    _exit(0);
  }
  if (strcmp(way, "subreaper") == 0 && fork() == 0) {
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    if (fork() != 0) stay();
    if (fork() != 0) _exit(0);
    stay();
  }
  pthread_t thread;
  if (strcmp(way, "thread") == 0 && fork() == 0) {
    pthread_create(&thread, NULL, stay_in_thread, NULL);
    pthread_exit(NULL);  // its first thread has ended, the process continues
  }
  if (strcmp(way, "undumpable") == 0 && fork() == 0) {
    prctl(PR_SET_DUMPABLE, 0);
    stay();
  }
}

int main(int argc, char** argv) {
  require_confinement();
  if (argc < 3 || pipe(up) != 0) return 2;
  prctl(PR_SET_PDEATHSIG, 0);
  leave(argv[1]);
  char byte;
  if (read(up[0], &byte, 1) != 1) return 2;
  puts("left behind");
  return 0;
}
