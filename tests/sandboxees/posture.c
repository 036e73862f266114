// Reports its restrictions, as the kernel shows them: once before the C library starts threads or
// main(), then from two more threads. Only the relevant lines of status; without /proc each thread
// queries itself. Then waits until standard input ends. "posture MARKER"
#include <dirent.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "probe.h"

static const char* const wanted[] = {"NoNewPrivs", "Seccomp:", "CapInh", "CapPrm",     "CapEff",
                                     "CapBnd",     "CapAmb",   "Uid:",   "Gid:",       "Groups",
                                     "SigBlk",     "SigIgn",   "Pid:",   "CoreDumping"};

static void print_status(const char* when, const char* thread) {
  char path[300];
  char line[512];
  snprintf(path, sizeof path, "/proc/self/task/%s/status", thread);
  FILE* status = fopen(path, "re");
  while (status != NULL && fgets(line, sizeof line, status) != NULL) {
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; ++i) {
      if (strncmp(line, wanted[i], strlen(wanted[i])) == 0) printf("%s %s", when, line);
    }
  }
  if (status != NULL) fclose(status);
}

static void print_threads(const char* when) {
  DIR* tasks = opendir("/proc/self/task");
  long count = 0;
  for (struct dirent* entry; tasks != NULL && (entry = readdir(tasks)) != NULL;) {
    if (entry->d_name[0] == '.') continue;
    print_status(when, entry->d_name);
    ++count;
  }
  if (tasks != NULL) closedir(tasks);
  printf("%s Threads:\t%ld\n", when, count);
}

// The values of prctl(2) and capget(2) for the calling thread, in the format of /proc.
static void print_own(const char* when) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct sets[2] = {0};
  syscall(SYS_capget, &header, sets);
  int ambient = 0;
  for (int capability = 0; capability < 64; ++capability) {
    ambient += prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, capability, 0, 0) == 1;
  }
  printf("%s NoNewPrivs:\t%d\n", when, prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  printf("%s Seccomp:\t%d\n", when, prctl(PR_GET_SECCOMP));
  printf("%s CapInh:\t%08x%08x\n", when, sets[1].inheritable, sets[0].inheritable);
  printf("%s CapPrm:\t%08x%08x\n", when, sets[1].permitted, sets[0].permitted);
  printf("%s CapEff:\t%08x%08x\n", when, sets[1].effective, sets[0].effective);
  printf("%s CapAmb:\t%016x\n", when, ambient);
}

static void print_limit(const char* name, int which) {
  struct rlimit limit;
  if (getrlimit(which, &limit) != 0) return;
  printf("limit %s %lld %lld\n", name, (long long)limit.rlim_cur, (long long)limit.rlim_max);
}

__attribute__((constructor)) static void before_main(void) {
  print_threads("first");
  if (in_landlock_tier()) print_own("first");
  print_limit("core", RLIMIT_CORE);
  print_limit("nofile", RLIMIT_NOFILE);
  print_limit("fsize", RLIMIT_FSIZE);
  print_limit("nproc", RLIMIT_NPROC);
  print_limit("memlock", RLIMIT_MEMLOCK);
  print_limit("msgqueue", RLIMIT_MSGQUEUE);
  print_limit("sigpending", RLIMIT_SIGPENDING);
  print_limit("nice", RLIMIT_NICE);
  print_limit("rtprio", RLIMIT_RTPRIO);
  char host[256] = {0};
  gethostname(host, sizeof host - 1);
  printf("identity host %s\n", host);
  printf("identity pid %d ppid %d session %d group %d\n", getpid(), getppid(), getsid(0),
         getpgrp());
}

static void* wait_forever(void* unused) {
  if (in_landlock_tier()) print_own("later");
  for (;;) pause();
  return unused;
}

int main(void) {
  pthread_t threads[2];
  for (int i = 0; i < 2; ++i) {
    int error = pthread_create(&threads[i], NULL, wait_forever, NULL);
    if (error != 0) return 3;
  }
  print_threads("later");
  puts("waiting");
  fflush(stdout);
  char byte;
  while (read(0, &byte, 1) > 0) {
  }
  return 0;
}
