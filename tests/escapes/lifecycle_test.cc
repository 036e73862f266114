// Threats C 39, 40, 42, 44 and 46: jobs end, completely.
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "checks.h"
#include "processes.h"
#include "sandbox_fixture.h"

namespace glovebox {
namespace {

using LifecycleTest = SandboxFixture;

TEST_F(LifecycleTest, T39ADaemonIsDeadBeforeTheJobIsDone) {
  std::string marker = make_marker();
  auto active = start(spec("daemonize", {marker}));
  ASSERT_TRUE(pump_until([&] { return active->ends() > 0; }));
  // Without a grace period: at the moment of OnEnd.
  EXPECT_TRUE(processes_with(marker).empty());
  FinishedRun ended = wait(*active);
  EXPECT_TRUE(exited(ended, 0));
  EXPECT_EQ(ended.out, "daemon is up\n");
}

TEST_F(LifecycleTest, T40AGrandchildThatHoldsStdoutDelaysNothing) {
  std::string marker = make_marker();
  SandboxSpec holder = spec("hold_stdout", {marker});
  FinishedRun ended = run(holder);
  EXPECT_TRUE(exited(ended, 7));
  EXPECT_EQ(ended.out, "leaving\n");
  EXPECT_LT(ended.elapsed, holder.limits.wall_time);
  EXPECT_TRUE(all_gone(marker));
}

TEST_F(LifecycleTest, T42KillRightAfterStartEndsTheJobOnce) {
  std::string marker = make_marker();
  auto active = start(spec("wait_for_end", {marker}));
  active->kill();
  active->kill();
  FinishedRun ended = wait(*active);
  EXPECT_TRUE(cancelled(ended));
  EXPECT_TRUE(all_gone(marker));
  EXPECT_EQ(active->ends(), 1);
  EXPECT_TRUE(exited(run(spec("hello")), 0));
}

TEST_F(LifecycleTest, T42KillOfARunningJobIsIdempotent) {
  std::string marker = make_marker();
  auto active = start(spec("wait_for_end", {marker}));
  ASSERT_TRUE(wait_for_output(*active, "ready"));
  EXPECT_EQ(processes_with(marker).size(), 1U);
  active->kill();
  active->kill();
  EXPECT_TRUE(cancelled(wait(*active)));
  EXPECT_TRUE(all_gone(marker));
  EXPECT_TRUE(exited(run(spec("hello")), 0));
  EXPECT_EQ(active->ends(), 1);
}

TEST_F(LifecycleTest, T42KillOfAJobThatHasEndedReachesNoOther) {
  auto first = start(spec("hello"));
  EXPECT_TRUE(exited(wait(*first), 0));
  // The same slot now runs another.
  Input input = make_input();
  auto second = start(spec("wait_for_end", {make_marker()}), std::move(input.for_job));
  ASSERT_TRUE(wait_for_output(*second, "ready"));
  first->kill();
  first->kill();
  first->abandon();
  input.for_test.reset();
  EXPECT_TRUE(exited(wait(*second), 0));
  EXPECT_EQ(first->ends(), 1);
}

TEST_F(LifecycleTest, T42KillBetweenTheEndOfAJobAndItsReportIsHarmless) {
  std::string marker = make_marker();
  for (int i = 0; i < 10; ++i) {
    auto active = start(spec("exit_with", {"5", marker}));
    // It may end while the loop does not run, so its end may not be known here yet.
    EXPECT_TRUE(all_gone(marker));
    active->kill();
    FinishedRun ended = wait(*active);
    EXPECT_TRUE(exited(ended, 5) || cancelled(ended));
    EXPECT_EQ(active->ends(), 1);
  }
  EXPECT_TRUE(exited(run(spec("hello")), 0));
}

TEST_F(LifecycleTest, T42AnAbandonedJobDiesSilentlyAndItsSlotContinues) {
  use({.slots = 2});
  std::string marker = make_marker();
  for (int i = 0; i < 5; ++i) {
    auto active = start(spec("wait_for_end", {marker}));
    ASSERT_TRUE(wait_for_output(*active, "ready"));
    active->abandon();
    EXPECT_TRUE(pump_until([&] { return processes_with(marker).empty(); }));
    EXPECT_TRUE(exited(run(spec("hello")), 0));
    EXPECT_EQ(active->ends(), 0);
  }
}

TEST_F(LifecycleTest, T42ASlotIsFreedOnceHoweverOftenItsJobIsKilled) {
  use({.slots = 2});
  ASSERT_EQ(sandbox().slots(), 2U);
  auto victim = start(spec("wait_for_end", {make_marker()}));
  ASSERT_TRUE(wait_for_output(*victim, "ready"));
  for (int i = 0; i < 3; ++i) victim->kill();
  EXPECT_TRUE(cancelled(wait(*victim)));
  for (int i = 0; i < 3; ++i) victim->kill();

  // Two fit, as always; a third is refused and affects neither.
  Input inputs[2] = {make_input(), make_input()};
  auto one = start(spec("wait_for_end", {make_marker()}), std::move(inputs[0].for_job));
  auto two = start(spec("wait_for_end", {make_marker()}), std::move(inputs[1].for_job));
  ASSERT_TRUE(wait_for_output(*one, "ready"));
  ASSERT_TRUE(wait_for_output(*two, "ready"));
  FinishedRun third = run(spec("hello"));
  ASSERT_TRUE(failed(third));
  EXPECT_EQ(third.result.error().kind(), ErrorKind::kInternal);
  EXPECT_EQ(third.out, "");
  inputs[0].for_test.reset();
  inputs[1].for_test.reset();
  EXPECT_TRUE(exited(wait(*one), 0));
  EXPECT_TRUE(exited(wait(*two), 0));
}

TEST_F(LifecycleTest, T44TenThousandZombiesAreReaped) {
  SandboxSpec maker = spec("zombies", {"10000"});
  maker.limits.processes = 24;
  FinishedRun ended = run(maker);
  EXPECT_TRUE(exited(ended, 0));
  EXPECT_EQ(parse_values(ended.out)["orphans"], 10000);
}

std::size_t count_lines(const std::string& path) {
  std::ifstream file(path);
  return static_cast<std::size_t>(
      std::count(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>(), '\n'));
}

// What could accumulate: descriptors, mounts, processes, cgroups.
struct Holdings {
  std::size_t our_descriptors = 0;
  std::size_t slot_descriptors = 0;
  std::size_t slot_mounts = 0;
  std::size_t processes = 0;
  std::size_t cgroups = 0;
  bool operator==(const Holdings&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Holdings& holdings) {
  return out << holdings.our_descriptors << " descriptors, " << holdings.slot_descriptors
             << " of slots, " << holdings.slot_mounts << " mounts, " << holdings.processes
             << " processes, " << holdings.cgroups << " cgroups";
}

Holdings count_holdings(pid_t launcher) {
  Holdings holdings;
  holdings.our_descriptors = count_descriptors(::getpid());
  std::vector<pid_t> family = descendants_of(launcher);
  // The host's own ones change.
  std::error_code closed;
  auto hosts = std::filesystem::read_symlink("/proc/self/ns/mnt");
  for (pid_t pid : family) {
    std::string proc = "/proc/" + std::to_string(pid);
    if (::geteuid() == 0) holdings.slot_descriptors += count_descriptors(pid);
    if (std::filesystem::read_symlink(proc + "/ns/mnt", closed) == hosts) continue;
    if (!closed) holdings.slot_mounts += count_lines(proc + "/mountinfo");
  }
  holdings.processes = family.size();
  // The first process below the keeper is the launcher, after which its leaves are named.
  if (!family.empty()) {
    holdings.cgroups = cgroups_named("glovebox-" + std::to_string(family.front()) + "-").size();
  }
  return holdings;
}

// When a slot is ready for its next job. Longer than an idle slot keeps the root of the last one:
// 1 s.
Holdings settled_holdings(pid_t launcher) {
  constexpr int kLooksAlike = 300;
  Holdings last;
  for (int alike = 0; alike < kLooksAlike;) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    Holdings now = count_holdings(launcher);
    alike = now == last ? alike + 1 : 0;
    last = now;
  }
  return last;
}

TEST_F(LifecycleTest, T46AThousandJobsLeaveNothing) {
  EXPECT_TRUE(exited(run(spec("hello")), 0));
  Holdings before = settled_holdings(launcher().pid());
  if (in_namespaces() && ::geteuid() == 0) {
    EXPECT_GT(before.slot_mounts, 0U);  // others may not read it
  }
  for (int i = 0; i < repetitions(1000); ++i) {
    FinishedRun ended = run(spec("hello"));
    ASSERT_TRUE(exited(ended, 0)) << "job " << i;
    ASSERT_EQ(ended.out, "hello\n");
  }
  EXPECT_TRUE(pump_until([&] { return count_holdings(launcher().pid()) == before; }))
      << "before: " << before << "; after: " << count_holdings(launcher().pid());
}

}  // namespace
}  // namespace glovebox
