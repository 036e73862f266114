// "leave_trace KIND [FOLDER]": does one thing that leaves a trace, and undoes it if possible. First
// prints its process number in its namespace.
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>

#include "probe.h"

static int make_file(const char* folder) {
  char path[4096];
  snprintf(path, sizeof path, "%s/come-and-gone", folder);
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  return fd < 0 || close(fd) != 0 ? -1 : unlink(path);
}

static int make_nameless_file(const char* folder) {
  int fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
  return fd < 0 ? -1 : close(fd);
}

static int change_mode(const char* folder) {
  struct stat was;
  if (stat(folder, &was) != 0 || chmod(folder, 0700) != 0) return -1;
  return chmod(folder, was.st_mode & 0777);
}

// Sets them to their current values.
static int change_times(const char* folder) {
  struct stat was;
  if (stat(folder, &was) != 0) return -1;
  struct timespec times[2] = {was.st_atim, was.st_mtim};
  return utimensat(AT_FDCWD, folder, times, 0);
}

static int change_attributes(const char* folder) {
  if (setxattr(folder, "user.trace", "x", 1, 0) != 0) return -1;
  return removexattr(folder, "user.trace");
}

static int make_semaphore(void) {
  int id = semget(IPC_PRIVATE, 1, 0600);
  return id < 0 ? -1 : semctl(id, 0, IPC_RMID);
}

static int make_queue(void) {
  int id = msgget(IPC_PRIVATE, 0600);
  return id < 0 ? -1 : msgctl(id, IPC_RMID, NULL);
}

static int make_shared_memory(void) {
  int id = shmget(IPC_PRIVATE, 4096, 0600);
  return id < 0 ? -1 : shmctl(id, IPC_RMID, NULL);
}

// A value that any owner of an open file can set and read.
static int leave_hint(const char* folder) {
  uint64_t hint = 5;
  int fd = open(folder, O_RDONLY | O_CLOEXEC);
  return fd < 0 ? -1 : fcntl(fd, F_SET_RW_HINT, &hint);
}

// It lives on in its own session and holds no pipe that anybody waits for.
static int leave_process(void) {
  pid_t child = fork();
  if (child == 0) {
    setsid();
    for (int fd = 0; fd < 3; ++fd) close(fd);
    for (;;) pause();
  }
  return child < 0 ? -1 : 0;
}

// It ends before we do: a used process number.
static int use_process(void) {
  pid_t child = fork();
  if (child == 0) _exit(0);
  return child < 0 || waitpid(child, NULL, 0) != child ? -1 : 0;
}

// What a process can do to another one of its user, done to its init. All of it must fail.
static int hurt_init(void) {
  struct rlimit nothing = {0, 0};
  cpu_set_t first;
  CPU_ZERO(&first);
  CPU_SET(0, &first);
  return kill(1, SIGUSR1) == 0 || kill(1, SIGSTOP) == 0 || kill(1, SIGCHLD) == 0 ||
                 prlimit(1, RLIMIT_NOFILE, &nothing, NULL) == 0 ||
                 setpriority(PRIO_PROCESS, 1, 19) == 0 ||
                 sched_setaffinity(1, sizeof first, &first) == 0 ||
                 syscall(SYS_ioprio_set, 1, 1, 3 << 13) == 0
             ? -1
             : 0;
}

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  require_confinement();
  const char* kind = argv[1];
  const char* folder = argc > 2 ? argv[2] : ".";
  int done = -1;
  report_value("pid", getpid());
  if (strcmp(kind, "nothing") == 0) done = 0;
  if (strcmp(kind, "file") == 0) done = make_file(folder);
  if (strcmp(kind, "nameless-file") == 0) done = make_nameless_file(folder);
  if (strcmp(kind, "mode") == 0) done = change_mode(folder);
  if (strcmp(kind, "times") == 0) done = change_times(folder);
  if (strcmp(kind, "attributes") == 0) done = change_attributes(folder);
  if (strcmp(kind, "semaphore") == 0) done = make_semaphore();
  if (strcmp(kind, "queue") == 0) done = make_queue();
  if (strcmp(kind, "shared-memory") == 0) done = make_shared_memory();
  if (strcmp(kind, "process") == 0) done = leave_process();
  if (strcmp(kind, "child") == 0) done = use_process();
  if (strcmp(kind, "hint") == 0) done = leave_hint(folder);
  if (strcmp(kind, "init") == 0) done = hurt_init();
  report("done", done);
  return 0;
}
