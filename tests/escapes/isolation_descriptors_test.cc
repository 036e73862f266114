// Threats B 15–17: what a job receives: descriptors, a terminal, an environment.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <sstream>
#include <thread>

#include "checks.h"
#include "sandbox_fixture.h"
#include "throwaway.h"

namespace glovebox {
namespace {

using IsolationTest = SandboxFixture;

// The numbers of the descriptors that a job found open.
std::vector<int> open_descriptors(const std::string& text) {
  std::vector<int> numbers;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind("open value=", 0) == 0) numbers.push_back(std::stoi(line.substr(11)));
  }
  return numbers;
}

TEST_F(IsolationTest, T15ExactlyThreeDescriptorsAreOpen) {
  // Before the launcher is forked and after, and without CLOEXEC.
  UniqueFd early(::open("/proc/self/status", O_RDONLY));
  ASSERT_TRUE(early.valid());
  sandbox();
  UniqueFd late(::open("/proc/self/status", O_RDONLY));
  FinishedRun inside = run(spec("list_descriptors"));
  EXPECT_TRUE(exited(inside, 0));
  EXPECT_THAT(open_descriptors(inside.out), testing::ElementsAre(0, 1, 2)) << inside.out;
  if (in_namespaces()) {
    EXPECT_THAT(inside.out, testing::HasSubstr("listed 0 /dev/null"));
  } else {
    EXPECT_THAT(inside.out, testing::Not(testing::HasSubstr("listed")));  // no /proc
  }

  OutsideOptions options;
  options.keep_open = {early.get(), late.get()};
  OutsideRun outside = run_outside("list_descriptors", {}, std::move(options));
  EXPECT_THAT(open_descriptors(outside.out), testing::IsSupersetOf({early.get(), late.get()}));
}

void churn_descriptors(const std::atomic<bool>& stop) {
  while (!stop) {
    UniqueFd file(::open("/dev/null", O_RDONLY));  // not CLOEXEC, as in a careless library
    int pair[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0) {
      ::close(pair[0]);
      ::close(pair[1]);
    }
    UniqueFd copy(::dup(2));
  }
}

TEST_F(IsolationTest, T15AlsoWhileOtherThreadsOpenFiles) {
  use({.slots = 2});
  sandbox();
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) threads.emplace_back([&stop] { churn_descriptors(stop); });
  for (int i = 0; i < 25; ++i) {
    auto one = start(spec("list_descriptors"));
    auto two = start(spec("list_descriptors"));
    for (ActiveRun* active : {one.get(), two.get()}) {
      FinishedRun inside = wait(*active);
      EXPECT_TRUE(exited(inside, 0));
      EXPECT_THAT(open_descriptors(inside.out), testing::ElementsAre(0, 1, 2)) << inside.out;
    }
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
}

struct Terminal {
  UniqueFd controller;
  UniqueFd user;
};

Terminal open_terminal() {
  Terminal terminal;
  terminal.controller = UniqueFd(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!terminal.controller.valid() || ::grantpt(terminal.controller.get()) != 0 ||
      ::unlockpt(terminal.controller.get()) != 0) {
    return {};
  }
  const char* name = ::ptsname(terminal.controller.get());
  terminal.user = UniqueFd(::open(name, O_RDWR | O_NOCTTY | O_CLOEXEC));
  return terminal;
}

TEST_F(IsolationTest, T16NothingIsTypedIntoATerminal) {
  Terminal for_control = open_terminal();
  Terminal for_job = open_terminal();
  if (!for_control.user.valid() || !for_job.user.valid()) {
    GTEST_SKIP() << "this host provides no pseudo-terminal";
  }
  OutsideOptions options;
  options.in = std::move(for_control.user);
  options.new_terminal = true;
  OutsideRun outside = run_outside("terminal", {}, std::move(options));
  FinishedRun inside = run(spec("terminal"), std::move(for_job.user));

  auto values = parse_values(inside.out);
  EXPECT_EQ(values["dev-tty"], -1);
  EXPECT_EQ(values["controlling-terminal"], 0);
  EXPECT_EQ(values["is-terminal"], 1);  // it was a real terminal, so the calls could have worked
  expect_refused(inside, outside, {EPERM});
}

TEST_F(IsolationTest, T17EnvironmentIsTheListGivenAndNothingElse) {
  ::setenv("GLOVEBOX_TEST_SECRET", "xyzzy", 1);
  SandboxSpec printer = spec("print_environment");
  printer.environment = {"LANG=C.UTF-8", "EMPTY=", "ODD=a=b c"};
  FinishedRun inside = run(printer);
  EXPECT_EQ(inside.out, "LANG=C.UTF-8\nEMPTY=\nODD=a=b c\n");
  printer.environment.clear();
  EXPECT_EQ(run(printer).out, "");

  // And the job's init, which was forked from us, must not have ours.
  FinishedRun init = run(spec("print_file", {"/proc/1/environ", "/proc/1/cmdline"}));
  EXPECT_THAT(init.out, testing::Not(testing::HasSubstr("xyzzy")));
  EXPECT_THAT(init.out, testing::Not(testing::HasSubstr(::program_invocation_short_name)));
  ::unsetenv("GLOVEBOX_TEST_SECRET");
}

}  // namespace
}  // namespace glovebox
