// Restricts its init and its parent in every way that one process can restrict another of the same
// user: limits, priority, CPUs. Then leaves a file and exits.
#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "probe.h"

static void take_from(pid_t pid) {
  const int kinds[] = {RLIMIT_NOFILE, RLIMIT_FSIZE, RLIMIT_AS,
                       RLIMIT_STACK,  RLIMIT_NPROC, RLIMIT_DATA};
  struct rlimit nothing = {0, 0};
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; ++i) {
    prlimit(pid, (enum __rlimit_resource)kinds[i], &nothing, NULL);
  }
  struct sched_param lowest = {0};
  setpriority(PRIO_PROCESS, (id_t)pid, 19);
  sched_setscheduler(pid, SCHED_IDLE, &lowest);
  syscall(SYS_ioprio_set, 1, pid, 3 << 13);
}

int main(void) {
  require_confinement();
  int fd = open("left", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  report("left", write(fd, "left\n", 5) == 5 ? 0 : -1);
  close(fd);
  take_from(1);
  take_from(getppid());
  puts("done");
  return 0;
}
