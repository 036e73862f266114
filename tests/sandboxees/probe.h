// The output format of sandboxees, one line per check: "NAME ok", "NAME errno=N" or "NAME value=N".
// tests/escapes/checks.h reads them.
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

// Takes the return value of a system call, with errno unchanged since the call.
static inline void report(const char* name, long rc) {
  int error = errno;
  if (rc == -1) {
    printf("%s errno=%d\n", name, error);
  } else {
    printf("%s ok\n", name);
  }
  fflush(stdout);
}

static inline void report_value(const char* name, long long value) {
  printf("%s value=%lld\n", name, value);
  fflush(stdout);
}

// A job without namespaces has both of these and no access to /proc; a program on a host or in a
// container does not.
static inline int in_landlock_tier(void) {
  if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1 || prctl(PR_GET_SECCOMP) != 2) return 0;
  int proc = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
  if (proc < 0) return errno == EACCES;
  close(proc);
  return 0;
}

// Ends the program unless it runs near the start of its own PID namespace, or as a job of the
// landlock tier: the following must never run on a host, not even if a person starts a sandboxee by
// hand.
static inline void require_confinement(void) {
  if (getpid() > 16 && !in_landlock_tier()) {
    fprintf(stderr, "refusing to run outside a sandbox\n");
    exit(99);
  }
}

// Runs `attempt` in a separate child, because it would change the caller. The child returns 0, or
// the errno of its refusal; it must not print.
static inline void report_in_child(const char* name, int (*attempt)(long), long argument) {
  pid_t child = fork();
  if (child == 0) _exit(attempt(argument));
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) {
    report_value("fork-failed", errno);
    return;
  }
  if (WIFSIGNALED(status)) {
    printf("%s signal=%d\n", name, WTERMSIG(status));
    fflush(stdout);
    return;
  }
  errno = WEXITSTATUS(status);
  report(name, errno == 0 ? 0 : -1);
}
