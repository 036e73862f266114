// PROCESSES children each touch MIB of memory and hold it until all have. Exits 0 once every one
// has what it asked for. "hog_memory PROCESSES MIB [after-input MARKER]": begins when standard
// input ends.
#include <signal.h>
#include <sys/mman.h>

#include "probe.h"

static int touch(size_t bytes) {
  char* memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return -1;
  for (size_t at = 0; at < bytes; at += 4096) memory[at] = (char)(at >> 12) | 1;
  return 0;
}

int main(int argc, char** argv) {
  require_confinement();
  int processes = argc > 1 ? atoi(argv[1]) : 1;
  size_t bytes = (size_t)(argc > 2 ? atol(argv[2]) : 1) << 20;
  if (argc > 3) {
    report_value("waits", 1);
    char byte;
    while (read(0, &byte, 1) > 0) {
    }
  }
  int filled[2];
  if (pipe(filled) != 0) return 2;
  for (int i = 0; i < processes; ++i) {
    if (fork() != 0) continue;
    char answer = touch(bytes) == 0 ? 'y' : 'n';
    if (write(filled[1], &answer, 1) != 1) _exit(2);
    for (;;) pause();
  }
  for (int i = 0; i < processes; ++i) {
    char answer = 0;
    if (read(filled[0], &answer, 1) != 1 || answer != 'y') {
      report_value("refused", i);
      return 1;
    }
  }
  report_value("filled", processes);
  return 0;
}
