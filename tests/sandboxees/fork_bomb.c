// Forks without end, each child in its own session and forked twice, so that neither process groups
// nor sessions nor parents contain it. "fork_bomb MARKER"
#include "probe.h"

int main(void) {
  require_confinement();
  puts("started");
  fflush(stdout);
  for (;;) {
    pid_t child = fork();
    if (child == 0) {
      setsid();
      if (fork() != 0) _exit(0);
    }
  }
}
