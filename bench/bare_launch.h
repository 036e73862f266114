// The least that starting a program costs on this machine: vfork(2), execve(2), waitpid(2).
#pragma once

#include <sys/types.h>

namespace glovebox {

// Both end the benchmark where the program cannot be started or does not return 0.
pid_t start_bare(const char* program);
// Waits for any child.
void reap_bare();

}  // namespace glovebox
