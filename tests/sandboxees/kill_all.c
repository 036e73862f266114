// Kills everything that it can, after checking that it can kill its own child: everything with
// kill(-1), its init, and the given PIDs. Only near the start of a PID namespace. "kill_all PID…"
#include <signal.h>

#include "probe.h"

int main(int argc, char** argv) {
  require_confinement();
  pid_t child = fork();
  if (child == 0) {
    for (;;) pause();
  }
  report("kill-init", kill(1, SIGKILL));
  report("kill-parent", kill(getppid(), SIGKILL));
  kill(0, SIGURG);  // our own group; ignored by default
  for (int i = 1; i < argc; ++i) report("kill-server", kill(atoi(argv[i]), SIGKILL));
  report("kill-all", kill(-1, SIGKILL));
  int status = 0;
  if (waitpid(child, &status, 0) != child) return 2;
  report_value("child-died-of", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
  return 0;
}
