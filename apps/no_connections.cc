#include "no_connections.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

#include "sandbox/seccomp/seccomp_filter.h"
#include "sandbox/seccomp/seccomp_program.h"

namespace glovebox {
namespace {

constexpr CallAnswer kNoConnection = answer_errno(EPERM);
constexpr std::uint32_t kSocketType = 0xf;  // below SOCK_CLOEXEC and SOCK_NONBLOCK

// TCP to accept with, and local pairs. Another protocol could reach a peer without connect(2).
CallRule sockets_of_a_server() {
  CallRule rule{{}, kNoConnection};
  rule.clauses.push_back({{is_one_of(0, {AF_UNIX})}, CallAnswer::kAllow});
  rule.clauses.push_back({{is_one_of(0, {AF_INET, AF_INET6}),
                           bits_are(1, kSocketType, {SOCK_STREAM}), is_one_of(2, {0, IPPROTO_TCP})},
                          CallAnswer::kAllow});
  return rule;
}

CallTable table_without_connections() {
  CallTable table;
  table.unknown = CallAnswer::kAllow;
  table.foreign = CallAnswer::kKill;
  set_call(table, "connect", always(kNoConnection));
  set_call(table, "socket", sockets_of_a_server());
  set_call(table, "io_uring_setup", always(kNoConnection));
  set_call(table, "sendto", allow_if({is_null(4), bits_clear(3, MSG_FASTOPEN)}, kNoConnection));
  set_call(table, "sendmsg", allow_if({bits_clear(2, MSG_FASTOPEN)}, kNoConnection));
  set_call(table, "sendmmsg", allow_if({bits_clear(3, MSG_FASTOPEN)}, kNoConnection));
  return table;
}

}  // namespace

Result<void> forbid_connections() {
  GB_TRY(SeccompProgram program, compile(table_without_connections()));
  return install_seccomp_filter(program);
}

}  // namespace glovebox
