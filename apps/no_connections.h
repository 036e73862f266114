// The server accepts connections and makes none: requests to other machines go through the sender
// (outbound/outbound.h). A filter of system calls (seccomp(2)) holds this on every kernel.
#pragma once

#include "base/result.h"

namespace glovebox {

// For the calling thread and the threads and children that it starts: connect(2) is refused with
// EPERM for every family, and so is what reaches a peer without it (datagrams, TCP Fast Open,
// io_uring). Needs no_new_privs.
Result<void> forbid_connections();

}  // namespace glovebox
