// Lowers the priority of all processes of its uid, and of the group of each PID: "meddle_user
// PID…".
#include <sys/resource.h>
#include <sys/syscall.h>

#include "probe.h"

#define IO_GROUP 2
#define IO_USER 3
#define IO_LOWEST (2 << 13 | 7)

int main(int argc, char** argv) {
  require_confinement();
  report("setpriority-user-0", setpriority(PRIO_USER, 0, 7));
  report("setpriority-user", setpriority(PRIO_USER, getuid(), 7));
  report("ioprio-user-0", syscall(SYS_ioprio_set, IO_USER, 0, IO_LOWEST));
  report("ioprio-user", syscall(SYS_ioprio_set, IO_USER, getuid(), IO_LOWEST));
  for (int i = 1; i < argc; ++i) {
    setpriority(PRIO_PGRP, (id_t)atoi(argv[i]), 7);
    syscall(SYS_ioprio_set, IO_GROUP, atoi(argv[i]), IO_LOWEST);
  }
  return 0;
}
