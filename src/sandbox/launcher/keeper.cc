#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <new>

#include "base/os.h"
#include "sandbox/cgroup/cgroup_tree.h"
#include "sandbox/exec/pidfd.h"
#include "sandbox/launcher/adopted.h"
#include "sandbox/launcher/launcher_main.h"
#include "sandbox/launcher/process_title.h"

namespace glovebox {
namespace {

constexpr int kPatienceMs = 5000;
constexpr int kLookEveryMs = 1000;
constexpr int kFirstDelayMs = 50;
constexpr int kLongestDelayMs = 5000;
constexpr std::chrono::seconds kLongLife{60};

// Ctrl-C on a terminal and SIGTERM from a service manager are meant for the server; the launcher
// ends when the server does. All other signals that the server or its parent ignores or blocks are
// reset to the default here, for jobs too.
void settle_signals() {
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (int signal : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE}) ::signal(signal, SIG_IGN);
}

bool server_gone_within(const UniqueFd& control, const UniqueFd& launcher, int timeout_ms) {
  std::array<pollfd, 2> fds{pollfd{control.get(), 0, 0}, {launcher.get(), POLLIN, 0}};
  while (::poll(fds.data(), fds.size(), timeout_ms) < 0 && errno == EINTR) {
  }
  return (fds[0].revents & (POLLHUP | POLLERR)) != 0;
}

// Waits until the server is gone (returns true) or the launcher has ended. A stopped launcher is
// killed, because it would not replace slots.
bool watch_launcher(const UniqueFd& control, const os::CloneResult& launcher) {
  int stopped_looks = 0;
  for (;;) {
    if (server_gone_within(control, launcher.pidfd, kLookEveryMs)) return true;
    pollfd ended{launcher.pidfd.get(), POLLIN, 0};
    if (::poll(&ended, 1, 0) != 0) return false;
    stopped_looks = is_stopped(launcher.pid) ? stopped_looks + 1 : 0;
    if (stopped_looks > 1) pidfd_kill(launcher.pidfd);
  }
}

// The launcher's wait status, or 0 if it does not die.
int end_launcher(const os::CloneResult& launcher) {
  pollfd ended{launcher.pidfd.get(), POLLIN, 0};
  for (bool kill : {false, true}) {
    if (kill) pidfd_kill(launcher.pidfd);
    if (::poll(&ended, 1, kPatienceMs) == 1) break;
  }
  int status = 0;
  ::waitpid(launcher.pid, &status, WNOHANG);
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
  // From the server, only standard error and the control socket are passed on.
  UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  for (int fd : {0, 1}) ::dup2(null.get(), fd);
  null.reset();
  ::dup2(control.get(), 3);
  ::close_range(4, ~0U, 0);
  [[maybe_unused]] int unused = control.release();
  control.reset(3);
  ::fcntl(3, F_SETFD, FD_CLOEXEC);
  void* page = ::mmap(nullptr, sizeof(std::atomic<bool>), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) ::_exit(1);
  LauncherOptions of_launcher = options;
  of_launcher.have_stood = new (page) std::atomic<bool>(false);
  for (int delay = kFirstDelayMs;; delay = std::min(delay * 2, kLongestDelayMs)) {
    Result<os::CloneResult> launcher = os::clone_process();
    if (launcher.has_error()) ::_exit(1);
    if (launcher->pid == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      run_launcher(of_launcher, std::move(control));
    }
    auto begin = std::chrono::steady_clock::now();
    bool gone = watch_launcher(control, *launcher);
    if (std::chrono::steady_clock::now() - begin > kLongLife) delay = kFirstDelayMs;
    int status = end_launcher(*launcher);
    bool failed = WIFEXITED(status) && WEXITSTATUS(status) == kLauncherFailed;
    bool hopeless = failed && !*of_launcher.have_stood;
    if (gone || hopeless || server_gone_within(control, UniqueFd(), delay)) ::_exit(0);
  }
}

}  // namespace glovebox
