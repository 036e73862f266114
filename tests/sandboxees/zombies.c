// Creates COUNT orphans that end immediately and are left for init to reap; waits a little at the
// limit, because init may be busy. "zombies COUNT"
#include <time.h>

#include "probe.h"

int main(int argc, char** argv) {
  require_confinement();
  long wanted = argc > 1 ? atol(argv[1]) : 10;
  long made = 0;
  long refused = 0;
  while (made < wanted && refused < 20000) {
    pid_t child = fork();
    if (child == 0) {
      pid_t orphan = fork();
      _exit(orphan < 0 ? 1 : 0);
    }
    int status = 1;
    if (child > 0) waitpid(child, &status, 0);
    if (child > 0 && status == 0) {
      ++made;
    } else {
      ++refused;
      nanosleep(&(struct timespec){0, 1000000}, NULL);
    }
  }
  report_value("orphans", made);
  return made == wanted ? 0 : 1;
}
