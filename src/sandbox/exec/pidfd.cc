#include "sandbox/exec/pidfd.h"

#include <poll.h>
#include <sys/wait.h>

#include <cerrno>

namespace glovebox {

bool bury_within(pid_t child, const UniqueFd& pidfd, std::chrono::milliseconds patience) {
  pollfd end{pidfd.get(), POLLIN, 0};
  auto deadline = std::chrono::steady_clock::now() + patience;
  for (;;) {
    auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    int ready = ::poll(&end, 1, left.count() > 0 ? static_cast<int>(left.count()) : 0);
    if (ready == 1) return ::waitpid(child, nullptr, 0) == child;
    if (ready == 0 || errno != EINTR) return false;
  }
}

bool is_stopped(pid_t child) {
  siginfo_t state{};
  return ::waitid(P_PID, static_cast<id_t>(child), &state, WSTOPPED | WNOHANG | WNOWAIT) == 0 &&
         state.si_pid == child;
}

}  // namespace glovebox
