#include <sys/socket.h>

#include "sandbox/seccomp/call_list.h"

namespace glovebox {
namespace {

// Out-of-band data of local sockets is rarely used and had bugs (CVE-2025-38236).
void add_messages(CallList& table) {
  struct MessageCall {
    const char* name;
    unsigned flags_argument;
  };
  for (auto [name, flags] :
       {MessageCall{"sendto", 3}, MessageCall{"sendmsg", 2}, MessageCall{"sendmmsg", 3},
        MessageCall{"recvfrom", 3}, MessageCall{"recvmsg", 2}, MessageCall{"recvmmsg", 3}}) {
    table.only(name, {bits_clear(flags, MSG_OOB)}, "no MSG_OOB", answer_errno(EOPNOTSUPP));
  }
}

}  // namespace

void add_message_calls(CallList& table) {
  table.begin("waiting and messages");
  table.allow(
      "epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd "
      "eventfd2 pipe pipe2 poll ppoll pselect6 select accept accept4 bind connect "
      "getpeername getsockname listen shutdown getrandom");
  // The network namespace has no interface in any case.
  for (const char* name : {"socket", "socketpair"}) {
    table.only(name, {is_one_of(0, {AF_UNIX})}, "AF_UNIX", answer_errno(EAFNOSUPPORT));
  }
  add_messages(table);
  // Socket filters (SO_ATTACH_FILTER, _BPF, _REUSEPORT_*) take kernel memory that no cgroup counts
  // and bpf_jit_limit of the machine. Cookies (SO_COOKIE) count the sockets of the machine.
  table.only("setsockopt",
             {is_one_of(1, {SOL_SOCKET}),
              is_one_of(2, {SO_REUSEADDR, SO_SNDBUF, SO_RCVBUF, SO_KEEPALIVE, SO_LINGER,
                            SO_PASSCRED, SO_RCVLOWAT, SO_RCVTIMEO, SO_SNDTIMEO, SO_BROADCAST})},
             "SOL_SOCKET: buffers, timeouts, SO_REUSEADDR, SO_PASSCRED and similar", kRefuse);
  table.only(
      "getsockopt",
      {is_one_of(1, {SOL_SOCKET}),
       is_one_of(2, {SO_TYPE, SO_ERROR, SO_SNDBUF, SO_RCVBUF, SO_REUSEADDR, SO_KEEPALIVE, SO_LINGER,
                     SO_PASSCRED, SO_PEERCRED, SO_RCVLOWAT, SO_SNDLOWAT, SO_RCVTIMEO, SO_SNDTIMEO,
                     SO_ACCEPTCONN, SO_PROTOCOL, SO_DOMAIN, SO_BROADCAST})},
      "SOL_SOCKET: the same, type, error, credentials of the peer", kRefuse);
}

}  // namespace glovebox
