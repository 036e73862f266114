// Leaves a daemon behind: forked twice, in its own session, with closed standard streams.
// "daemonize MARKER"
#include <fcntl.h>
#include <signal.h>

#include "probe.h"

int main(void) {
  require_confinement();
  int up[2];
  if (pipe(up) != 0) return 2;
  if (fork() == 0) {
    setsid();
    if (fork() != 0) _exit(0);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    for (int fd = 0; fd < 3; ++fd) close(fd);
    if (write(up[1], "x", 1) != 1) _exit(1);
    for (;;) pause();
  }
  char byte;
  if (read(up[0], &byte, 1) != 1) return 2;
  puts("daemon is up");
  return 0;
}
