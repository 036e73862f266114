// Process 1 of a container: it buries what the kernel gives it, and passes signals on. The kernel
// keeps it from signals of its own PID namespace that it does not ask for, SIGKILL included.
#pragma once

namespace glovebox {

// Where this process is number 1, returns in a child, which is to do the work; the parent stays,
// and ends with the child's exit code, or 128 plus its signal. Elsewhere does nothing. Call while
// the process has one thread.
void leave_process_one();

}  // namespace glovebox
