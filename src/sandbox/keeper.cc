#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include "base/os.h"
#include "sandbox/adopted.h"
#include "sandbox/cgroup.h"
#include "sandbox/launcher_main.h"
#include "sandbox/pidfd.h"
#include "sandbox/process_title.h"

namespace glovebox {
namespace {

constexpr int kPatienceMs = 5000;
constexpr int kFirstDelayMs = 50;
constexpr int kLongestDelayMs = 5000;

// A terminal's Ctrl-C and a service manager's SIGTERM are for the server; the launcher ends with
// it.
// Whatever else the server, or who started it, ignores or blocks is as new from here on, for jobs
// too.
void settle_signals() {
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE}) ::signal(signal, SIG_IGN);
}

// True where the server is gone; false after `timeout_ms`, or once `launcher` has ended.
bool server_gone(const UniqueFd& control, const UniqueFd& launcher, int timeout_ms) {
  std::array<pollfd, 2> fds{pollfd{control.get(), 0, 0}, {launcher.get(), POLLIN, 0}};
  while (::poll(fds.data(), fds.size(), timeout_ms) < 0 && errno == EINTR) {
  }
  return (fds[0].revents & (POLLHUP | POLLERR)) != 0;
}

int end_launcher(const os::CloneResult& launcher) {
  pollfd ended{launcher.pidfd.get(), POLLIN, 0};
  if (::poll(&ended, 1, kPatienceMs) != 1) pidfd_kill(launcher.pidfd);
  int status = 0;
  ::waitpid(launcher.pid, &status, 0);
  end_adopted_children({});
  CgroupTree::discover().sweep();
  return status;
}

}  // namespace

void run_keeper(const LauncherOptions& options, UniqueFd control) {
  ::setsid();
  settle_signals();
  set_process_title("glovebox-keeper");
  ::prctl(PR_SET_DUMPABLE, 0);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  // Nothing of the server's but its standard error and the control socket goes any further.
  UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  for (int fd : {0, 1}) ::dup2(null.get(), fd);
  null.reset();
  ::dup2(control.get(), 3);
  ::close_range(4, ~0U, 0);
  [[maybe_unused]] int unused = control.release();
  control.reset(3);
  ::fcntl(3, F_SETFD, FD_CLOEXEC);
  for (int delay = kFirstDelayMs;; delay = std::min(delay * 2, kLongestDelayMs)) {
    Result<os::CloneResult> launcher = os::clone_process();
    if (launcher.has_error()) ::_exit(1);
    if (launcher->pid == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      run_launcher(options, std::move(control));
    }
    bool gone = server_gone(control, launcher->pidfd, -1);
    int status = end_launcher(*launcher);
    bool hopeless = WIFEXITED(status) && WEXITSTATUS(status) == kLauncherFailed;
    if (gone || hopeless || server_gone(control, UniqueFd(), delay)) ::_exit(0);
  }
}

}  // namespace glovebox
