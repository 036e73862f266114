// Threats B 18–20: the server's processes, seen from a job.
#include <gmock/gmock.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>

#include "checks.h"
#include "processes.h"
#include "sandbox_fixture.h"
#include "throwaway.h"

namespace glovebox {
namespace {

using IsolationTest = SandboxFixture;

std::set<int> not_there() {
  return united(united(refusals(), absences()), std::set<int>{ESRCH});
}

TEST_F(IsolationTest, T18TheServersFilesInProcAreNotVisible) {
  OutsideRun outside = run_outside("reach_process", {"parent"});
  for (int pid : {int(::getpid()), launcher().pid()}) {
    expect_refused(run(spec("reach_process", {std::to_string(pid)})), outside, not_there());
  }
}

// The job's init was forked from the launcher, and the launcher from the server, so its memory is a
// copy.
TEST_F(IsolationTest, T18TheMemoryOfTheJobsInitIsClosed) {
  OutsideRun outside = run_outside("reach_process", {"parent"});
  expect_refused(run(spec("reach_process", {"parent"})), outside, not_there());
  expect_refused(run(spec("reach_process", {"1"})), outside, not_there());
}

TEST_F(IsolationTest, T19NoSignalCanBeAimedAtTheServer) {
  Bystander bystander;
  OutsideRun outside = run_outside("aim_signals", {std::to_string(bystander.pid())});
  for (int pid : {int(::getpid()), launcher().pid(), bystander.pid()}) {
    FinishedRun inside = run(spec("aim_signals", {std::to_string(pid)}));
    // Without a PID namespace it can be found and a descriptor of it can be opened, but Landlock's
    // scope prevents signals through it.
    bool found = !in_namespaces() && parse_checks(inside.out)["pidfd-open"] == 0;
    std::string tried = found ? without(inside.out, {"pidfd-open"}) : inside.out;
    // EBADF: there is no descriptor, because pidfd_open was refused.
    expect_refused(tried, outside, united(not_there(), std::set<int>{EBADF}));
  }
}

TEST_F(IsolationTest, T19KillingEverythingEndsNothingButTheJob) {
  use({.slots = 2});
  Input input = make_input();
  auto neighbour = start(spec("hold_processes", {"2", make_marker()}), std::move(input.for_job));
  ASSERT_TRUE(wait_for_output(*neighbour, "held value=2"));
  Bystander bystander;
  std::vector<std::string> targets = {std::to_string(::getpid()), std::to_string(launcher().pid()),
                                      std::to_string(bystander.pid())};
  for (pid_t slot : descendants_of(launcher().pid())) targets.push_back(std::to_string(slot));

  FinishedRun inside = run(spec("kill_all", targets));
  EXPECT_TRUE(exited(inside, 0));
  Checks checks = parse_checks(inside.out);
  EXPECT_EQ(checks["kill-all"], 0);  // it could kill its own child
  EXPECT_EQ(parse_values(inside.out)["child-died-of"], SIGKILL);
  if (in_namespaces()) {
    EXPECT_EQ(checks["kill-server"], ESRCH);
  } else {
    EXPECT_THAT(checks["kill-server"], testing::AnyOf(EPERM, ESRCH));
    EXPECT_THAT(checks["kill-parent"], testing::AnyOf(EPERM, ESRCH));
  }

  for (const std::string& target : targets) EXPECT_TRUE(is_alive(std::stoi(target))) << target;
  input.for_test.reset();
  EXPECT_TRUE(exited(wait(*neighbour), 0));
  EXPECT_TRUE(exited(run(spec("hello")), 0));
}

TEST_F(IsolationTest, T20LimitsAndPrioritiesOfTheServerAreOutOfReach) {
  Bystander bystander;
  OutsideRun outside = run_outside("meddle_priority", {std::to_string(bystander.pid())});
  for (int pid : {int(::getpid()), launcher().pid()}) {
    FinishedRun inside = run(spec("meddle_priority", {std::to_string(pid)}));
    expect_refused(inside, outside, not_there());
  }
}

TEST_F(IsolationTest, T20AJobThatStarvesItsInitStarvesNobodyElse) {
  for (int i = 0; i < 2; ++i) {
    FinishedRun inside = run(spec("hurt_init"));
    EXPECT_THAT(inside.out, testing::HasSubstr("done"));
    EXPECT_TRUE(exited(inside, 0));
    ASSERT_TRUE(inside.result.has_value());
    ASSERT_EQ(inside.result.value().artifacts.size(), 1U);
    EXPECT_EQ(inside.result.value().artifacts.front().path, "left");
  }
  EXPECT_EQ(::getpriority(PRIO_PROCESS, static_cast<id_t>(launcher().pid())),
            ::getpriority(PRIO_PROCESS, 0));
  EXPECT_EQ(::sched_getscheduler(launcher().pid()), ::sched_getscheduler(0));
}

// Only its own processes and the kernel's global files; nothing about the host, or about its init,
// which may have served other jobs.
TEST_F(IsolationTest, T18ProcShowsOnlyTheJob) {
  FinishedRun inside = run(spec("print_file", {"/proc/1/status", "/proc/self/status"}));
  EXPECT_TRUE(exited(inside, 0));
  if (!in_namespaces()) {
    EXPECT_EQ(inside.out, "");  // nor anything of itself
    return;
  }
  EXPECT_THAT(inside.out, testing::Not(testing::HasSubstr("\nPid:\t1\n")));
  EXPECT_THAT(inside.out, testing::HasSubstr("\nPid:\t2\n"));
  for (int pid : {1, int(::getpid()), launcher().pid()}) {
    std::string path = "/proc/" + std::to_string(pid) + "/status";
    EXPECT_EQ(parse_checks(run(spec("open_paths", {"r", path})).out)[path], ENOENT);
  }
}

}  // namespace
}  // namespace glovebox
