// A fixed amount of legitimate work: arithmetic, files, and children that run a program.
// "neighbour" prints the microseconds that it took.
#include <time.h>

#include "probe.h"

static long long microseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000LL + time.tv_nsec / 1000;
}

static void compute(void) {
  for (volatile int i = 0; i < 20000000; ++i) {
  }
}

static void use_files(void) {
  static char block[64 << 10];
  char name[32];
  for (int i = 0; i < 100; ++i) {
    snprintf(name, sizeof name, "file%d", i);
    int fd = open(name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (write(fd, block, sizeof block) < 0) exit(1);
    fsync(fd);
    if (pread(fd, block, sizeof block, 0) < 0) exit(1);
    close(fd);
    unlink(name);
  }
}

static void run_children(const char* self) {
  for (int i = 0; i < 50; ++i) {
    pid_t child = fork();
    if (child == 0) {
      execl(self, self, "child", (char*)NULL);
      _exit(127);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0) exit(1);
  }
}

int main(int argc, char** argv) {
  if (argc == 2) return 0;
  long long begin = microseconds();
  compute();
  use_files();
  run_children(argv[0]);
  report_value("took", microseconds() - begin);
  return 0;
}
