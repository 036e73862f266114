#include "sandbox/launcher/adopted.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <thread>

#include "base/unique_fd.h"
#include "sandbox/slot/process_watch.h"

namespace glovebox {
namespace {

constexpr std::chrono::seconds kOrphanPatience{5};
constexpr std::chrono::milliseconds kBetweenLooks{1};

}  // namespace

void end_adopted_children(const std::vector<pid_t>& own) {
  UniqueFd proc(::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  auto deadline = std::chrono::steady_clock::now() + kOrphanPatience;
  while (std::chrono::steady_clock::now() < deadline) {
    bool found = false;
    for (pid_t child : children_seen_in(proc.get())) {
      if (std::ranges::count(own, child) > 0) continue;
      found = true;
      pid_t group = ::getpgid(child);
      // A process group killed as a whole cannot escape by forking.
      if (group > 1 && group != ::getpgrp()) ::kill(-group, SIGKILL);
      ::kill(child, SIGKILL);
      ::waitpid(child, nullptr, WNOHANG);
    }
    if (!found) return;
    std::this_thread::sleep_for(kBetweenLooks);
  }
}

}  // namespace glovebox
