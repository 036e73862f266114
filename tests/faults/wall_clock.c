// Preloaded into the server under test: changes its wall clock but not the machine's.
// GLOVEBOX_TEST_WALL_CLOCK names a file of 8 bytes, the offset in seconds, which is mapped at the
// start because the server may not open files later.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile const int64_t* step_seconds;

__attribute__((constructor)) static void map_step(void) {
  const char* path = getenv("GLOVEBOX_TEST_WALL_CLOCK");
  if (path == NULL) return;
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  void* page = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
  close(file);
  if (page != MAP_FAILED) step_seconds = page;
}

static int64_t step(void) {
  return step_seconds != NULL ? *step_seconds : 0;
}

int clock_gettime(clockid_t clock, struct timespec* now) {
  int failed = (int)syscall(SYS_clock_gettime, clock, now);
  if (failed == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    now->tv_sec += step();
  }
  return failed;
}

int gettimeofday(struct timeval* restrict now, void* restrict zone) {
  int failed = (int)syscall(SYS_gettimeofday, now, zone);
  if (failed == 0) now->tv_sec += step();
  return failed;
}

time_t time(time_t* out) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (out != NULL) *out = now.tv_sec;
  return now.tv_sec;
}
