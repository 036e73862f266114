// The sender: the process that makes requests to other machines.
//
//     server ─── sender's keeper ─── sender
//        └────────── socket ───────────┘
//
// The keeper only waits: it replaces a sender that dies or is stopped, tells the server so, and
// replaces it when /etc/resolv.conf or /etc/hosts has changed. It is needed because the server has
// threads and no privileges by the time that a sender dies. Both end with the server.
//
// The sender reads what it needs from files (certificates, resolver) and is then sealed: no
// capability, no file (seccomp refuses to open any, and Landlock shows none), no program, no port
// to listen on, no descriptor but its socket; run by root, it has the uid of nobody. Each of its
// threads takes one request from the socket, sends it, and writes the answer back, so the socket is
// the queue.
#pragma once

#include "base/unique_fd.h"
#include "outbound/sender_options.h"

namespace glovebox {

// Becomes the keeper, in a process that was just cloned and has one thread.
[[noreturn]] void run_sender_keeper(const SenderOptions& options, UniqueFd socket);

}  // namespace glovebox
