// Forks until refused or COUNT live, then holds them until standard input ends.
// "hold_processes COUNT MARKER"
#include "probe.h"

int main(int argc, char** argv) {
  require_confinement();
  long wanted = argc > 1 ? atol(argv[1]) : 10;
  long started = 0;
  while (started < wanted) {
    pid_t child = fork();
    if (child < 0) {
      report("fork", -1);
      break;
    }
    if (child == 0) {
      for (;;) pause();
    }
    ++started;
  }
  report_value("held", started);
  char byte;
  while (read(0, &byte, 1) > 0) {
  }
  return 0;
}
