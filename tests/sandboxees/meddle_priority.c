// Sets the limits, the scheduling and the priorities of another process to their current values.
// "meddle_priority PID"
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "probe.h"

int main(int argc, char** argv) {
  pid_t pid = argc > 1 ? atoi(argv[1]) : getppid();
  struct rlimit limit;
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  sched_getaffinity(0, sizeof cpus, &cpus);
  struct sched_param normal = {0};
  int get_limit = prlimit(pid, RLIMIT_CPU, NULL, &limit);
  report("prlimit-get", get_limit);
  if (get_limit != 0) getrlimit(RLIMIT_CPU, &limit);
  report("prlimit-set", prlimit(pid, RLIMIT_CPU, &limit, NULL));
  report("sched-setaffinity", sched_setaffinity(pid, sizeof cpus, &cpus));
  report("sched-setscheduler", sched_setscheduler(pid, SCHED_OTHER, &normal));
  report("sched-setparam", sched_setparam(pid, &normal));
  report("setpriority", setpriority(PRIO_PROCESS, (id_t)pid, 0));
  report("setpriority-group", setpriority(PRIO_PGRP, (id_t)pid, 0));
  report("ioprio-set", syscall(SYS_ioprio_set, 1, pid, 0));
  report("ioprio-set-group", syscall(SYS_ioprio_set, 2, pid, 0));
  return 0;
}
