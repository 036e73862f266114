// Every way into a namespace: unshare(2), clone(2) and setns(2) with each kind, and clone3(2)
// without any, because a filter cannot see its flags. A successful change ends with the child that
// tried it.
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <sys/syscall.h>

#include "probe.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

static const struct {
  const char* name;
  long flag;
} kinds[] = {{"user", CLONE_NEWUSER},     {"mnt", CLONE_NEWNS},   {"pid", CLONE_NEWPID},
             {"net", CLONE_NEWNET},       {"ipc", CLONE_NEWIPC},  {"uts", CLONE_NEWUTS},
             {"cgroup", CLONE_NEWCGROUP}, {"time", CLONE_NEWTIME}};

static int unshare_it(long flag) {
  return unshare((int)flag) == 0 ? 0 : errno;
}

static int clone_it(long flag) {
  long child = syscall(SYS_clone, flag | SIGCHLD, 0, 0, 0, 0);
  if (child == 0) _exit(0);
  if (child < 0) return errno;
  waitpid((pid_t)child, NULL, 0);
  return 0;
}

// The flag of a kind; joining the current one is harmless.
static int join_it(long index) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/ns/%s", kinds[index].name);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  return setns(fd, 0) == 0 ? 0 : errno;
}

static int clone3_it(long flags) {
  struct clone_args args = {.flags = (__u64)flags, .exit_signal = SIGCHLD};
  long child = syscall(SYS_clone3, &args, sizeof args);
  if (child == 0) _exit(0);
  if (child < 0) return errno;
  waitpid((pid_t)child, NULL, 0);
  return 0;
}

int main(void) {
  require_confinement();
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; ++i) {
    char name[64];
    snprintf(name, sizeof name, "unshare-%s", kinds[i].name);
    report_in_child(name, unshare_it, kinds[i].flag);
    // The bit of CLONE_NEWTIME is part of the exit signal in clone(2).
    if (kinds[i].flag != CLONE_NEWTIME) {
      snprintf(name, sizeof name, "clone-%s", kinds[i].name);
      report_in_child(name, clone_it, kinds[i].flag);
    }
    // A user namespace cannot be joined from inside, time only by one thread with no child.
    if (kinds[i].flag == CLONE_NEWUSER || kinds[i].flag == CLONE_NEWTIME) continue;
    snprintf(name, sizeof name, "setns-%s", kinds[i].name);
    report_in_child(name, join_it, (long)i);
  }
  report_in_child("clone3", clone3_it, 0);
  report_in_child("clone3-newuser", clone3_it, CLONE_NEWUSER);
  return 0;
}
