// Processes by descriptor (pidfd_open(2), Linux 5.3): a pid may be another process by now, a pidfd
// may not.
#pragma once

#include <sys/syscall.h>
#include <unistd.h>

#include <csignal>

#include "base/unique_fd.h"

namespace glovebox {

// A process that has ended already is fine.
inline void pidfd_kill(const UniqueFd& pidfd) {
  ::syscall(SYS_pidfd_send_signal, pidfd.get(), SIGKILL, nullptr, 0);
}

}  // namespace glovebox
