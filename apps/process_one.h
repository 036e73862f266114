// Process 1 of a container: reaps orphans and forwards signals. The kernel protects it from signals
// of its own PID namespace that it does not handle, including SIGKILL.
#pragma once

namespace glovebox {

// If this process is number 1, returns in a child, which does the work; the parent stays, and ends
// with the child's exit code, or 128 plus its signal. Otherwise does nothing. Call while the
// process has one thread.
void leave_process_one();

}  // namespace glovebox
