// What CPU clocks and process descriptors reveal about process 1, which may have served earlier
// jobs, and about the whole machine. "cpu_clocks"
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>

#include "probe.h"

static clockid_t clock_of(pid_t process) {
  return (clockid_t)((~(unsigned)process) << 3 | 2);
}

static int clone_with_descriptor(long unused) {
  (void)unused;
  int descriptor = -1;
  long child = syscall(SYS_clone, CLONE_PIDFD | SIGCHLD, NULL, &descriptor, NULL, NULL);
  if (child == 0) _exit(0);
  if (child < 0) return errno;
  waitpid((pid_t)child, NULL, 0);
  return 0;
}

int main(void) {
  require_confinement();
  struct timespec now;
  report("clock-of-parent", clock_gettime(clock_of(getppid() > 0 ? getppid() : 1), &now));
  report("clock-of-first", clock_gettime(clock_of(1), &now));
  report("resolution-of-first", clock_getres(clock_of(1), &now));
  report("pidfd-open", syscall(SYS_pidfd_open, getpid(), 0));
  report_in_child("clone-pidfd", clone_with_descriptor, 0);
  clockid_t own;
  report("allowed-own", clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now));
  report("allowed-thread", clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now));
  own = (clockid_t)((~(unsigned)syscall(SYS_gettid)) << 3 | 6);
  report("allowed-thread-by-number", clock_gettime(own, &now));
  return 0;
}
