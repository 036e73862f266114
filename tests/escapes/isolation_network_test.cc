// Threats B 31, 32 and 34: sockets, the network, and objects that jobs could share.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <linux/if_alg.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <sstream>

#include "checks.h"
#include "sandbox_fixture.h"
#include "throwaway.h"

namespace glovebox {
namespace {

using IsolationTest = SandboxFixture;

std::set<int> no_such_family() {
  return united(refusals(), std::set<int>{EAFNOSUPPORT});
}

struct Family {
  const char* name;
  int family;
  int type;
};
std::ostream& operator<<(std::ostream& out, const Family& family) {
  return out << family.name;
}

class SocketFamilyTest : public SandboxFixture, public testing::WithParamInterface<Family> {};
INSTANTIATE_TEST_SUITE_P(Families, SocketFamilyTest,
                         testing::Values(Family{"InetStream", AF_INET, SOCK_STREAM},
                                         Family{"InetDatagram", AF_INET, SOCK_DGRAM},
                                         Family{"InetRaw", AF_INET, SOCK_RAW},
                                         Family{"Inet6", AF_INET6, SOCK_STREAM},
                                         Family{"Netlink", AF_NETLINK, SOCK_RAW},
                                         Family{"Packet", AF_PACKET, SOCK_DGRAM},
                                         Family{"Vsock", AF_VSOCK, SOCK_STREAM},
                                         Family{"Alg", AF_ALG, SOCK_SEQPACKET}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(SocketFamilyTest, T31IsRefused) {
  std::vector<std::string> arguments = {std::to_string(GetParam().family),
                                        std::to_string(GetParam().type)};
  FinishedRun inside = run(spec("open_socket", arguments));
  EXPECT_TRUE(exited(inside, 0));
  expect_ok(only(inside.out, {"socketpair-unix"}));
  OutsideRun outside = run_in_throwaway_namespaces("open_socket", arguments);
  // Raw IPv4 needs a protocol; that error also shows that the call is allowed.
  expect_refused(only(inside.out, {"socket"}), outside, no_such_family());
}

TEST_F(IsolationTest, T31TheServersPortAndTheMetadataServiceAreOutOfReach) {
  UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  struct sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(listener.get(), 8), 0);
  ASSERT_EQ(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  std::string port = std::to_string(ntohs(address.sin_port));

  OutsideRun outside = run_outside("connect_inet", {"127.0.0.1", port});
  std::set<int> unreachable = united(no_such_family(), std::set<int>{ENETUNREACH});
  expect_refused(run(spec("connect_inet", {"127.0.0.1", port})), outside, unreachable);
  // No control for these, because a test does not use the network.
  FinishedRun others = run(spec("connect_inet", {"169.254.169.254", "80", "8.8.8.8", "53"}));
  EXPECT_TRUE(exited(others, 0));
  Checks checks = parse_checks(others.out);
  EXPECT_EQ(checks.size(), 2U);
  for (const auto& [name, answer] : checks) EXPECT_TRUE(unreachable.count(answer)) << name;
}

TEST_F(IsolationTest, T31TheOnlyInterfaceIsALoopbackThatIsDown) {
  FinishedRun inside = run(spec(
      "print_file", {"/proc/self/net/dev", "/proc/self/net/route", "/proc/self/net/fib_trie"}));
  EXPECT_TRUE(exited(inside, 0));
  if (!in_namespaces()) {
    // The host's interfaces, about which nothing is promised; no socket can reach them.
    EXPECT_EQ(inside.out, "");
    return;
  }
  EXPECT_THAT(inside.out, testing::HasSubstr("lo:"));
  EXPECT_THAT(inside.out, testing::Not(testing::HasSubstr("127.0.0")));
  std::istringstream lines(inside.out);
  int interfaces = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.find(": ") != std::string::npos && line.find('|') == std::string::npos) ++interfaces;
  }
  EXPECT_EQ(interfaces, 1) << inside.out;
}

// Bound on the host, like the server's.
UniqueFd bind_abstract(const std::string& name) {
  UniqueFd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  struct sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  name.copy(address.sun_path + 1, sizeof address.sun_path - 2);
  auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size) != 0) return UniqueFd();
  return socket;
}

TEST_F(IsolationTest, T32AnAbstractSocketOfTheHostIsOutOfReach) {
  std::string name = make_marker();
  UniqueFd socket = bind_abstract(name);
  ASSERT_TRUE(socket.valid());
  FinishedRun inside = run(spec("abstract_socket", {"send", name}));
  char byte;
  EXPECT_LT(::recv(socket.get(), &byte, 1, MSG_DONTWAIT), 0);
  OutsideRun outside = run_outside("abstract_socket", {"send", name});
  EXPECT_EQ(::recv(socket.get(), &byte, 1, MSG_DONTWAIT), 1);
  expect_refused(inside, outside, {ECONNREFUSED, EPERM});
}

TEST_F(IsolationTest, T32TwoJobsCannotPassADescriptor) {
  if (!in_namespaces()) {
    // Not even a single job may do any of it.
    expect_refused(run(spec("abstract_socket", {"both", make_marker()})),
                   run_outside("abstract_socket", {"both", make_marker()}), {EPERM, EBADF});
    return;
  }
  use({.slots = 2});
  std::string name = make_marker();
  Input input = make_input();
  auto receiver = start(spec("abstract_socket", {"receive", name}), std::move(input.for_job));
  ASSERT_TRUE(wait_for_output(*receiver, "bind ok"));
  FinishedRun sender = run(spec("abstract_socket", {"send", name}));
  input.for_test.reset();
  FinishedRun received = wait(*receiver);
  EXPECT_EQ(parse_checks(received.out)["receive"], EAGAIN);
  // A single job may do all of it.
  FinishedRun alone = run(spec("abstract_socket", {"both", name}));
  expect_ok(alone.out);
  OutsideRun control;
  control.out = alone.out;
  expect_refused(sender, control, {ECONNREFUSED, EPERM});
}

TEST_F(IsolationTest, T34NoSystemVOrPosixIpcObjectLeavesOrOutlivesAJob) {
  use({.slots = 2});
  std::string key = std::to_string(::getpid() * 16 + 7);
  if (!in_namespaces()) {
    // The IPC namespace is the host's, but none of these calls is available.
    Input none = make_input();
    none.for_test.reset();
    expect_refused(run(spec("ipc", {"make", key}), std::move(none.for_job)),
                   run_in_throwaway_namespaces("ipc", {"make", key}), {ENOSYS});
    return;
  }
  auto with_ipc = [&](const char* what) {
    SandboxSpec user = spec("ipc", {what, key});
    user.allow_ipc = true;
    return user;
  };
  auto expect_nothing = [&] {
    FinishedRun finder = run(with_ipc("find"));
    EXPECT_TRUE(exited(finder, 0));
    Checks checks = parse_checks(finder.out);
    EXPECT_EQ(checks.size(), 4U);
    // Landlock refuses POSIX queues to jobs completely; shared memory exists only if it is charged.
    for (const auto& [name, answer] : checks) {
      EXPECT_TRUE(answer == ENOENT || (name == "mq" && answer == EACCES) ||
                  (name == "shm" && answer == ENOSYS && !has_layer("cgroup-memory")))
          << name << ": errno " << answer;
    }
  };
  Input input = make_input();
  auto maker = start(with_ipc("make"), std::move(input.for_job));
  ASSERT_TRUE(wait_for_output(*maker, "find-mq"));
  // A job finds the objects that it creates; queues are available at least outside.
  expect_ok(only(maker->out(), {"sem", "find-sem", "msg", "find-msg"}));
  if (has_layer("cgroup-memory")) expect_ok(only(maker->out(), {"shm", "find-shm"}));
  OutsideRun outside = run_in_throwaway_namespaces("ipc", {"make", key});
  expect_ok(outside.out);
  expect_nothing();
  input.for_test.reset();
  EXPECT_TRUE(exited(wait(*maker), 0));
  for (int slot = 0; slot < 2; ++slot) expect_nothing();
}

TEST_F(IsolationTest, T34AJobThatDoesNotNeedIpcHasNone) {
  std::string key = std::to_string(::getpid() * 16 + 8);
  Input none = make_input();
  none.for_test.reset();
  expect_refused(run(spec("ipc", {"make", key}), std::move(none.for_job)),
                 run_in_throwaway_namespaces("ipc", {"make", key}), {ENOSYS});
}

TEST_F(IsolationTest, T47NoFileOfAJobIsSeenByAnother) {
  for (int i = 0; i < 2; ++i) {
    std::vector<std::string> arguments = writable_folders();
    arguments.insert(arguments.begin(), {"make", "left"});
    FinishedRun maker = run(spec("leave_files", arguments));
    EXPECT_TRUE(exited(maker, 0));
    expect_ok(maker.out);
    arguments.front() = "find";
    FinishedRun finder = run(spec("leave_files", arguments));
    EXPECT_TRUE(exited(finder, 0));
    for (const auto& [name, answer] : parse_checks(finder.out)) EXPECT_EQ(answer, ENOENT) << name;
  }
}

}  // namespace
}  // namespace glovebox
