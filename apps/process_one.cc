#include "process_one.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace glovebox {
namespace {

constexpr int kPassedOn[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};

// Our orphans are remains of a job, or of a user's `exec` into the container. We only reap the dead
// ones.
[[noreturn]] void bury_until_end(pid_t child, const sigset_t& awaited) {
  for (;;) {
    int status = 0;
    pid_t dead = ::waitpid(-1, &status, WNOHANG);
    if (dead == child) ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    if (dead > 0) continue;
    if (dead < 0 && errno == ECHILD) ::_exit(1);
    int signal = ::sigwaitinfo(&awaited, nullptr);
    if (signal > 0 && signal != SIGCHLD) ::kill(child, signal);
  }
}

}  // namespace

void leave_process_one() {
  if (::getpid() != 1) return;
  sigset_t awaited, before;
  sigemptyset(&awaited);
  sigaddset(&awaited, SIGCHLD);
  for (int signal : kPassedOn) sigaddset(&awaited, signal);
  ::sigprocmask(SIG_BLOCK, &awaited, &before);
  pid_t child = ::fork();
  if (child > 0) {
    ::prctl(PR_SET_DUMPABLE, 0);
    bury_until_end(child, awaited);
  }
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace glovebox
