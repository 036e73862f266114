#include "outbound/sender_calls.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <functional>
#include <thread>

namespace glovebox {
namespace {

// The errno of each call, in a process that is sealed first, or is not, as the control.
int errno_in_child(bool sealed, const std::function<long()>& call) {
  pid_t child = ::fork();
  if (child == 0) {
    if (sealed) {
      ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
      if (seal_sender_calls().has_error()) ::_exit(200);
    }
    errno = 0;
    ::_exit(call() >= 0 ? 0 : errno);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

struct SealedCall {
  const char* name;
  std::function<long()> call;
  int refused_with;
};

TEST(SenderCallsTest, ASealedSenderHasNoFileNoProgramNoPortAndNoOtherProcess) {
  static sockaddr_in any{};
  any.sin_family = AF_INET;
  const SealedCall kCalls[] = {
      {"open to read", [] { return ::open("/etc/passwd", O_RDONLY); }, ENOENT},
      {"open to write", [] { return ::open("/dev/null", O_WRONLY); }, ENOENT},
      {"open of a folder", [] { return ::open("/", O_RDONLY | O_DIRECTORY); }, ENOENT},
      {"access", [] { return ::access("/", F_OK); }, ENOENT},
      {"exec",
       [] {
         char* const none[] = {nullptr};
         return ::execve("/bin/true", none, none);
       },
       EPERM},
      {"signal to another process", [] { return ::kill(::getppid(), 0); }, EPERM},
      {"bind",
       [] {
         int socket = ::socket(AF_INET, SOCK_STREAM, 0);
         return ::bind(socket, reinterpret_cast<sockaddr*>(&any), sizeof any);
       },
       EPERM},
      {"listen", [] { return ::listen(::socket(AF_INET, SOCK_STREAM, 0), 1); }, EPERM},
      {"local socket", [] { return ::socket(AF_UNIX, SOCK_STREAM, 0); }, EAFNOSUPPORT},
      {"change of limits",
       [] {
         rlimit limit{};
         ::getrlimit(RLIMIT_NOFILE, &limit);
         return ::setrlimit(RLIMIT_NOFILE, &limit);
       },
       EPERM},
  };
  for (const SealedCall& one : kCalls) {
    EXPECT_EQ(errno_in_child(true, one.call), one.refused_with) << one.name;
    EXPECT_EQ(errno_in_child(false, one.call), 0) << one.name;
  }
}

TEST(SenderCallsTest, ANewProcessIsRefusedAndAThreadIsNot) {
  EXPECT_EQ(errno_in_child(true, [] { return ::fork(); }), EPERM);
  EXPECT_EQ(errno_in_child(true,
                           [] {
                             std::thread thread([] {});
                             thread.join();
                             return 0;
                           }),
            0);
}

TEST(SenderCallsTest, TheNetworkIsThere) {
  EXPECT_EQ(errno_in_child(true,
                           [] {
                             sockaddr_in discard{};
                             discard.sin_family = AF_INET;
                             discard.sin_port = htons(9);
                             discard.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
                             // A datagram socket connects without a packet.
                             int socket = ::socket(AF_INET, SOCK_DGRAM, 0);
                             return ::connect(socket, reinterpret_cast<sockaddr*>(&discard),
                                              sizeof discard);
                           }),
            0);
}

}  // namespace
}  // namespace glovebox
