// Exits with 7 immediately and leaves a grandchild that holds standard output open. "hold_stdout
// MARKER"
#include <signal.h>

#include "probe.h"

int main(void) {
  require_confinement();
  pid_t child = fork();
  if (child == 0) {
    if (fork() != 0) _exit(0);
    setsid();
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    for (;;) pause();
  }
  waitpid(child, NULL, 0);
  puts("leaving");
  fflush(stdout);
  return 7;
}
