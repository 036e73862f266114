// Keeps the machine busy until its time is over: "burden_machine WHAT SECONDS PROCESSES". Prints
// the number of repetitions.
#include <ftw.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>

#include "probe.h"

static double end;
static uint64_t* done;
static const char* self;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void spin(void) {
  for (volatile int i = 0; i < 1000000; ++i) {
  }
}

static void in_child(void (*act)(void)) {
  pid_t child = fork();
  if (child == 0) {
    act();
    _exit(0);
  }
  if (child < 0) {
    usleep(1000);
  } else {
    waitpid(child, NULL, 0);
  }
}

static void end_now(void) {}

static void fork_once(void) {
  in_child(end_now);
}

static void exec_self(void) {
  execl(self, self, "nothing", (char*)NULL);
}

static void exec_once(void) {
  in_child(exec_self);
}

// The kernel logs a line about each process that a fault ends.
static void fault(void) {
  *(volatile int*)8 = 1;
}

static void fault_once(void) {
  in_child(fault);
}

// And about each that seccomp ends.
static void call_x32(void) {
  syscall(0x40000000 | SYS_getpid);
}

static void be_killed_once(void) {
  in_child(call_x32);
}

static void write_once(void) {
  static const char block[1 << 20] = "x";
  int fd = open("written", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  for (int i = 0; i < 16; ++i) {
    if (write(fd, block, sizeof block) < 0) break;
  }
  fsync(fd);
  close(fd);
}

static int read_one(const char* path, const struct stat* found, int type, struct FTW* place) {
  (void)found;
  (void)place;
  static char block[1 << 18];
  if (type != FTW_F) return 0;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t rc = fd < 0 ? 0 : 1;
  while (rc > 0 && now() < end) {
    rc = read(fd, block, sizeof block);
    if (rc > 0) __atomic_fetch_add(done, (uint64_t)rc >> 12, __ATOMIC_RELAXED);
  }
  if (fd >= 0) close(fd);
  return now() < end ? 0 : 1;
}

static void read_all(void) {
  nftw("/usr", read_one, 32, FTW_PHYS);
}

static void map_and_touch(void) {
  char* memory = mmap(NULL, 32 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return;
  for (size_t i = 0; i < 32 << 20; i += 4096) memory[i] = 1;
  munmap(memory, 32 << 20);
}

static const struct {
  const char* name;
  void (*act)(void);
} kBurdens[] = {
    {"spin", spin},         {"forks", fork_once},     {"execs", exec_once},
    {"faults", fault_once}, {"x32", be_killed_once},  {"writes", write_once},
    {"reads", read_all},    {"pages", map_and_touch}, {"nothing", end_now},
};

int main(int argc, char** argv) {
  if (argc == 2 && strcmp(argv[1], "nothing") == 0) return 0;
  require_confinement();
  if (argc != 4) return 2;
  self = argv[0];
  end = now() + atof(argv[2]);
  done = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (done == MAP_FAILED) return 1;
  long processes = atol(argv[3]);
  pid_t child = 1;
  for (long i = 1; i < processes && child != 0; ++i) child = fork();
  for (size_t i = 0; i < sizeof kBurdens / sizeof *kBurdens; ++i) {
    if (strcmp(argv[1], kBurdens[i].name) != 0) continue;
    while (now() < end) {
      kBurdens[i].act();
      __atomic_fetch_add(done, 1, __ATOMIC_RELAXED);
    }
  }
  if (child == 0) return 0;
  while (waitpid(-1, NULL, 0) > 0) {
  }
  report_value("done", (long long)*done);
  return 0;
}
