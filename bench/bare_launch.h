// The minimal cost of starting a program on this machine: vfork(2), execve(2), waitpid(2).
#pragma once

#include <sys/types.h>

namespace glovebox {

// Both end the benchmark if the program cannot be started or does not return 0.
pid_t start_bare(const char* program);
// argv[0] is a path; the list ends with nullptr.
pid_t start_bare(char* const* argv);
// Waits for any child.
void reap_bare();

}  // namespace glovebox
