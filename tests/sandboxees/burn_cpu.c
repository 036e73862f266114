// Burns CPU without end: "burn_cpu together N" in N processes at once, "burn_cpu inturn" in one
// short-lived child after another.
#include <time.h>

#include "probe.h"

static void burn_for(long long nanoseconds) {
  struct timespec used;
  do {
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  } while (nanoseconds == 0 || used.tv_sec * 1000000000LL + used.tv_nsec < nanoseconds);
}

int main(int argc, char** argv) {
  require_confinement();
  if (argc > 1 && strcmp(argv[1], "inturn") == 0) {
    for (;;) {
      pid_t child = fork();
      if (child == 0) {
        burn_for(30 * 1000000LL);
        _exit(0);
      }
      waitpid(child, NULL, 0);
    }
  }
  long processes = argc > 2 ? atol(argv[2]) : 1;
  for (long i = 1; i < processes; ++i) {
    if (fork() == 0) break;
  }
  burn_for(0);
}
