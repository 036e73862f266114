// Threats A 1–3 and 12: processes, threads and descriptors without end.
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include "checks.h"
#include "processes.h"
#include "sandbox_fixture.h"
#include "throwaway.h"

namespace glovebox {
namespace {

using ResourcesTest = SandboxFixture;

TEST_F(ResourcesTest, T01ForkBombEndsWithAProcessesVerdictAndLeavesNothing) {
  use({.slots = 2});
  std::string neighbours = make_marker();
  Input input = make_input();
  auto neighbour = start(spec("hold_processes", {"5", neighbours}), std::move(input.for_job));
  ASSERT_TRUE(wait_for_output(*neighbour, "held value=5"));

  std::string marker = make_marker();
  SandboxSpec bomb = spec("fork_bomb", {marker});
  bomb.limits.processes = 40;
  bomb.limits.wall_time = std::chrono::seconds(5);
  FinishedRun ended = run(bomb);
  // A cgroup or the broker counts refused forks; without them the time limit has to end the job.
  if (has_layer("cgroup-pids") || has_layer("seccomp-broker")) {
    EXPECT_LT(ended.elapsed, bomb.limits.wall_time);
  }
  EXPECT_TRUE(all_gone(marker));
  EXPECT_TRUE(limit_exceeded(ended, LimitKind::kProcesses));
  EXPECT_THAT(ended.out, testing::HasSubstr("started"));

  // The neighbour and its children are not affected; and we do see processes if there are any.
  EXPECT_EQ(processes_with(neighbours).size(), 6U);
  input.for_test.reset();
  EXPECT_TRUE(exited(wait(*neighbour), 0));
  EXPECT_TRUE(all_gone(neighbours));
}

TEST_F(ResourcesTest, T01TheVerdictHasTheLimitAndTheSlotContinues) {
  SandboxSpec bomb = spec("fork_bomb", {make_marker()});
  bomb.limits.processes = 20;
  bomb.limits.wall_time = std::chrono::seconds(2);
  FinishedRun ended = run(bomb);
  ASSERT_TRUE(limit_exceeded(ended, LimitKind::kProcesses));
  auto limit = std::get<LimitExceeded>(ended.result.value().outcome);
  EXPECT_EQ(limit.configured, 20);
  EXPECT_GE(limit.observed, 20);
  EXPECT_TRUE(exited(run(spec("hello")), 0));
}

TEST_F(ResourcesTest, T02AThreadBombGetsEagain) {
  SandboxSpec bomb = spec("spawn_threads", {"500"});
  bomb.limits.processes = 24;
  FinishedRun inside = run(bomb);
  expect_refused(inside, run_outside("spawn_threads", {"500"}), {EAGAIN});
  EXPECT_LE(parse_values(inside.out)["threads"], 24);
  EXPECT_GE(parse_values(inside.out)["threads"], 12);
}

TEST_F(ResourcesTest, T03AJobAtItsProcessLimitDoesNotAffectOthers) {
  use({.slots = 2});
  Input input = make_input();
  SandboxSpec hog = spec("hold_processes", {"1000", make_marker()});
  auto full = start(hog, std::move(input.for_job));
  ASSERT_TRUE(wait_for_output(*full, "held value="));
  EXPECT_EQ(parse_checks(full->out())["fork"], EAGAIN);

  // The server can still fork, as the same user or not, and so can another job.
  Bystander child;
  EXPECT_TRUE(is_alive(child.pid()));
  Input other_input = make_input();
  SandboxSpec other = spec("hold_processes", {"20", make_marker()});
  other_input.for_test.reset();
  FinishedRun ended = run(other, std::move(other_input.for_job));
  EXPECT_TRUE(exited(ended, 0));
  EXPECT_EQ(parse_values(ended.out)["held"], 20);

  input.for_test.reset();
  wait(*full);
}

// The reported peak existed at one moment.
TEST_F(ResourcesTest, T03ConsecutiveCommandsAreNotCountedAsConcurrent) {
  SandboxSpec sequence = spec("hello");
  sequence.argv = {"sh", "-c", "i=0; while [ $i -lt 30 ]; do /usr/bin/true; i=$((i+1)); done"};
  FinishedRun ended = run(sequence);
  ASSERT_TRUE(exited(ended, 0));
  int peak = ended.result.value().usage.peak_processes;
  EXPECT_LE(peak, 2);  // the shell and one command
  if (!in_namespaces()) {
    EXPECT_EQ(peak, 2);
  }
  Input input = make_input();
  auto held = start(spec("hold_processes", {"7", make_marker()}), std::move(input.for_job));
  ASSERT_TRUE(wait_for_output(*held, "held value=7"));
  input.for_test.reset();
  ended = wait(*held);
  ASSERT_TRUE(exited(ended, 0));
  if (!in_namespaces() || has_layer("cgroup-pids")) {
    EXPECT_EQ(ended.result.value().usage.peak_processes, 8);
  }
}

TEST_F(ResourcesTest, T12HoardedDescriptorsEndInEmfile) {
  SandboxSpec hoarder = spec("hoard_descriptors", {"400"});
  hoarder.limits.open_files = 64;
  FinishedRun inside = run(hoarder);
  expect_refused(inside, run_outside("hoard_descriptors", {"400"}), {EMFILE});
  for (const auto& [kind, count] : parse_values(inside.out)) EXPECT_LE(count, 61) << kind;
}

// Descriptors in flight are counted for the user, not the process: a job with many of them must not
// prevent its own slot, or another, from passing descriptors.
TEST_F(ResourcesTest, T12DescriptorsHoardedInFlightAffectNoOtherJob) {
  use({.slots = 2});
  Input input = make_input();
  SandboxSpec hoarder = spec("hoard_in_flight", {make_marker()});
  hoarder.limits.open_files = 4000;
  auto full = start(hoarder, std::move(input.for_job));
  ASSERT_TRUE(wait_for_output(*full, "in-flight value="));
  if (in_namespaces()) {
    EXPECT_GE(parse_values(full->out())["in-flight"], 100);
  } else {
    EXPECT_EQ(parse_values(full->out())["in-flight"], 0);  // sendmsg(2) is refused
  }

  for (int i = 0; i < 3; ++i) {
    FinishedRun other = run(spec("odd_artifacts", {"/etc/passwd"}));
    EXPECT_TRUE(exited(other, 0));
    ASSERT_TRUE(other.result.has_value());
    EXPECT_FALSE(other.result.value().artifacts.empty());
  }
  input.for_test.reset();
  EXPECT_TRUE(exited(wait(*full), 0));
  EXPECT_TRUE(exited(run(spec("hello")), 0));
}

}  // namespace
}  // namespace glovebox
