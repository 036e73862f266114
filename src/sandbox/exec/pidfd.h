// Processes by descriptor (pidfd_open(2), Linux 5.3): a pid can be reused by another process, a
// pidfd cannot.
#pragma once

#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <csignal>

#include "base/unique_fd.h"

namespace glovebox {

// Does nothing if the process has ended.
inline void pidfd_kill(const UniqueFd& pidfd) {
  ::syscall(SYS_pidfd_send_signal, pidfd.get(), SIGKILL, nullptr, 0);
}

// Waits for the end of a child that was killed, and reaps it. Returns false on timeout, for example
// if it hangs in the kernel.
bool bury_within(pid_t child, const UniqueFd& pidfd, std::chrono::milliseconds patience);
// Whether a child is stopped (SIGSTOP). Does not reap it if it has died.
bool is_stopped(pid_t child);

}  // namespace glovebox
