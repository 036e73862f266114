// The system calls of the sender (seccomp(2)): an allow-list. It can open no file, start no
// program, listen on no port and signal no process.
#pragma once

#include "base/result.h"

namespace glovebox {

// For the calling thread and the threads that it starts. Needs no_new_privs.
Result<void> seal_sender_calls();

}  // namespace glovebox
