// Threats B 26–30: forbidden system calls, made in any way.
#include <gmock/gmock.h>
#include <sys/socket.h>

#include "checks.h"
#include "sandbox_fixture.h"
#include "throwaway.h"

namespace glovebox {
namespace {

using IsolationTest = SandboxFixture;

// Some kernels are built without these, and then there is no control.
const std::set<std::string> kOptionalCalls{"delete-module", "ioperm", "iopl", "kexec-load"};
// An ordinary user has no control for these, not even as root of a user namespace.
const std::set<std::string> kCallsOfRoot{"acct",   "bpf",     "fanotify-init", "open-by-handle-at",
                                         "swapon", "swapoff", "syslog"};

// Program and call: through another entry every call ends the job, even harmless ones. That our
// filter ends it is sufficient proof; the control only tells whether the kernel has the entry.
class OtherEntryTest : public SandboxFixture,
                       public testing::WithParamInterface<std::tuple<const char*, const char*>> {};
INSTANTIATE_TEST_SUITE_P(Calls, OtherEntryTest,
                         testing::Combine(testing::Values("int80", "x32"),
                                          testing::Values("getpid", "mount", "unshare", "socket")),
                         [](const auto& test) {
                           return std::string(std::get<0>(test.param)) + std::get<1>(test.param);
                         });

TEST_P(OtherEntryTest, T26EndsTheJobAsAViolation) {
  auto [entry, call] = GetParam();
  FinishedRun inside = run(spec(entry, {call}));
  EXPECT_TRUE(violated(inside));
  EXPECT_EQ(inside.out, "");
}

TEST_F(IsolationTest, T26TheOtherEntryWorksOutside) {
  OutsideRun outside = run_in_throwaway_namespaces("int80", {"getpid"});
  if (outside.out != "getpid ok\n")
    GTEST_SKIP() << "this kernel has no 32-bit entry: " << outside.out;
  EXPECT_EQ(outside.status, 0);
}

TEST_F(IsolationTest, T27GarbageInTheHighBitsHasNoEffect) {
  FinishedRun inside = run(spec("dirty_bits"));
  OutsideRun outside = run_in_throwaway_namespaces("dirty_bits");
  // Named local sockets are for jobs with their own network namespace.
  std::set<std::string> allowed{"allowed-socketpair-unix"};
  if (in_namespaces()) allowed.insert("socket-unix");
  expect_ok(only(outside.out, allowed));
  expect_ok(only(inside.out, allowed));
  EXPECT_TRUE(exited(inside, 0));
  expect_refused(without(inside.out, allowed), outside,
                 united(refusals(), std::set<int>{EAFNOSUPPORT}));
}

TEST_F(IsolationTest, T28NoNamespaceIsCreatedOrJoined) {
  FinishedRun inside = run(spec("new_namespaces"));
  EXPECT_TRUE(exited(inside, 0));
  OutsideRun outside = run_in_throwaway_namespaces("new_namespaces");
  const std::set<std::string> unseen{"clone3", "clone3-newuser"};
  // Without /proc there is nothing to give to setns(2).
  const std::set<int> answers = in_namespaces() ? std::set{EPERM} : std::set{EPERM, EACCES};
  expect_refused(without(inside.out, unseen), outside, answers);
  // Its flags are in memory, where a filter cannot read them: programs fall back to clone.
  expect_refused(only(inside.out, unseen), outside, {ENOSYS});
}

TEST_F(IsolationTest, T28ThreadsStillStart) {
  FinishedRun inside = run(spec("spawn_threads", {"8"}));
  EXPECT_TRUE(exited(inside, 0));
  EXPECT_EQ(parse_checks(inside.out)["thread"], 0);
  EXPECT_EQ(parse_values(inside.out)["threads"], 8);
}

TEST_F(IsolationTest, T28NothingIsMounted) {
  expect_refused(run(spec("mount_calls")), run_in_throwaway_namespaces("mount_calls"), {EPERM});
}

TEST_F(IsolationTest, T29NoProcessIsTracedOrReadFromOutside) {
  expect_refused(run(spec("trace_calls")), run_in_throwaway_namespaces("trace_calls"));
}

TEST_F(IsolationTest, T29LargeAndRarelyUsedPartsOfTheKernelAreRefused) {
  FinishedRun inside = run(spec("kernel_doors"));
  EXPECT_TRUE(exited(inside, 0));
  expect_refused(without(inside.out, united(kOptionalCalls, kCallsOfRoot)),
                 run_in_throwaway_namespaces("kernel_doors"));
}

TEST_F(IsolationTest, T29CallsForRootOfTheHostAreRefused) {
  FinishedRun inside = run(spec("kernel_doors"));
  EXPECT_TRUE(exited(inside, 0));
  expect_refused(only(inside.out, kCallsOfRoot), run_in_throwaway_namespaces("kernel_doors"));
}

TEST_F(IsolationTest, T29CallsThatOnlySomeKernelsHaveAreRefused) {
  FinishedRun inside = run(spec("kernel_doors"));
  EXPECT_TRUE(exited(inside, 0));
  expect_refused(only(inside.out, kOptionalCalls), run_in_throwaway_namespaces("kernel_doors"));
}

TEST_F(IsolationTest, T30AnUnknownCallFailsAsOnAnOldKernel) {
  FinishedRun inside = run(spec("unknown_calls"));
  EXPECT_TRUE(exited(inside, 0));
  Checks checks = parse_checks(inside.out);
  EXPECT_EQ(checks.size(), 4U);
  for (const auto& [name, answer] : checks) EXPECT_EQ(answer, ENOSYS) << name;
}

}  // namespace
}  // namespace glovebox
