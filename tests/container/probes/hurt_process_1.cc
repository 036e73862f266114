// Sends every signal that ends or stops a process to process 1, and to every other process that it
// can name.
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>

int main() {
  const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGSTOP, SIGTSTP, SIGABRT, SIGKILL};
  for (int signal : signals) {
    kill(1, signal);
    syscall(SYS_tgkill, 1, 1, signal);
    int process = static_cast<int>(syscall(SYS_pidfd_open, 1, 0));
    if (process >= 0) syscall(SYS_pidfd_send_signal, process, signal, nullptr, 0);
    close(process);
  }
  for (pid_t pid = 2; pid < 2000; ++pid) {
    if (pid != getpid()) kill(pid, SIGKILL);
  }
  kill(-1, SIGKILL);
  std::puts("still here");
}
