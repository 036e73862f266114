// Threats B 19, 20 and 34 with shared uids: a job and the server, its launcher, its slots and other
// jobs have the same user, and the kernel alone would let them signal each other. Without user
// namespaces, Landlock, the filter and the broker have to prevent it; with them the same attacks
// find no process.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sched.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>

#include "checks.h"
#include "processes.h"
#include "sandbox_fixture.h"
#include "throwaway.h"

namespace glovebox {
namespace {

using SharedUidTest = SandboxFixture;

std::vector<std::string> as_text(const std::vector<pid_t>& pids) {
  std::vector<std::string> text;
  for (pid_t pid : pids) text.push_back(std::to_string(pid));
  return text;
}

char state_of(pid_t pid) {
  std::string state = status_field(pid, "State");
  return state.empty() ? 'X' : state.front();
}

class StrikeTest : public SandboxFixture, public testing::WithParamInterface<const char*> {};
INSTANTIATE_TEST_SUITE_P(Ways, StrikeTest,
                         testing::Values("kill", "kill-group", "tkill", "tgkill", "sigqueue",
                                         "tgsigqueue", "pidfd", "setown", "setown-group",
                                         "setown-ex", "setown-ex-group", "fiosetown", "siocspgrp"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::erase(name, '-');
                           return name;
                         });

// In each way, to the server, its keeper, its launcher, its slots, another job and an unrelated
// process.
TEST_P(StrikeTest, T19ASignalReachesOnlyTheJobItself) {
  use({.slots = 2});
  std::string marker = make_marker();
  Input input = make_input();
  auto neighbour = start(spec("hold_processes", {"1", marker}), std::move(input.for_job));
  ASSERT_TRUE(wait_for_output(*neighbour, "held value=1"));
  Bystander stranger;
  std::vector<pid_t> targets = launcher_and_slots(launcher().pid());
  ASSERT_GE(targets.size(), 3U);
  targets.insert(targets.end(), {::getpid(), launcher().pid(), stranger.pid()});
  for (pid_t job : processes_with(marker)) targets.push_back(job);

  std::vector<std::string> arguments = as_text(targets);
  arguments.insert(arguments.begin(), GetParam());
  FinishedRun inside = run(spec("strike", arguments));
  EXPECT_TRUE(exited(inside, 0));
  std::string owner = GetParam();
  for (const auto& [target, answer] : parse_checks(inside.out)) {
    // The process that sets an owner need not be the one that sends the signal: Landlock checks at
    // the time of sending.
    EXPECT_THAT(answer, testing::AnyOf(EPERM, ESRCH, EACCES, ENOSYS, EINVAL)) << target;
  }
  for (pid_t target : targets) {
    EXPECT_TRUE(is_alive(target)) << target;
    EXPECT_NE(state_of(target), 'T') << target;
  }
  input.for_test.reset();
  EXPECT_TRUE(exited(wait(*neighbour), 0));

  OutsideRun outside = run_outside("strike", {GetParam(), std::to_string(stranger.pid())});
  expect_ok(outside.out);
  for (int i = 0; i < 500 && is_alive(stranger.pid()); ++i) ::usleep(10'000);
  EXPECT_FALSE(is_alive(stranger.pid()));
}

TEST_F(SharedUidTest, T20ThePrioritiesOfAllProcessesOfTheUserAreOutOfReach) {
  Bystander stranger;
  std::vector<pid_t> targets = launcher_and_slots(launcher().pid());
  targets.insert(targets.end(), {::getpid(), launcher().pid(), stranger.pid()});
  auto priorities = [&] {
    std::vector<int> all;
    for (pid_t pid : targets) all.push_back(::getpriority(PRIO_PROCESS, static_cast<id_t>(pid)));
    return all;
  };
  std::vector<int> before = priorities();
  FinishedRun inside = run(spec("meddle_user", as_text(targets)));
  EXPECT_TRUE(exited(inside, 0));
  EXPECT_EQ(priorities(), before);
  // In its own PID namespace this is allowed: there are only its own processes.
  if (in_namespaces()) return;
  expect_refused(inside, run_in_throwaway_namespaces("meddle_user"), {EPERM});
}

// Our objects, like those of another program of the same user.
struct SystemVObjects {
  int shm = ::shmget(IPC_PRIVATE, 4096, 0600);
  int sem = ::semget(IPC_PRIVATE, 1, 0600);
  int msg = ::msgget(IPC_PRIVATE, 0600);
  ~SystemVObjects() {
    ::shmctl(shm, IPC_RMID, nullptr);
    ::semctl(sem, 0, IPC_RMID);
    ::msgctl(msg, IPC_RMID, nullptr);
  }
};

TEST_F(SharedUidTest, T34ObjectsOfTheUserAreFoundNeitherByNumberNorByName) {
  SystemVObjects objects;
  std::string name = "/" + make_marker();
  std::ofstream("/dev/shm" + name) << "shared\n";
  std::vector<std::string> arguments = {std::to_string(objects.shm), std::to_string(objects.sem),
                                        std::to_string(objects.msg), name};
  FinishedRun inside = run(spec("ipc_by_id", arguments));
  OutsideRun outside = run_outside("ipc_by_id", arguments);
  ::unlink(("/dev/shm" + name).c_str());
  const std::set<std::string> without_control{"posix-queue"};  // the other tests of T34 have it
  expect_ok(without(outside.out, without_control));
  if (in_namespaces()) {
    expect_refused(without(inside.out, without_control), outside,
                   {EINVAL, ENOENT, EIDRM, EACCES, ENOSYS});
  } else {
    expect_refused(without(inside.out, without_control), outside, refusals());
  }
  EXPECT_NE(parse_checks(inside.out)["posix-queue"], 0);
}

TEST_F(SharedUidTest, T19AJobThatKillsItsWholeGroupEndsOnlyItself) {
  std::string script = "sleep 100 & kill -KILL 0";
  pid_t slot = launcher_and_slots(launcher().pid()).at(1);
  SandboxSpec killer = spec("hello");
  killer.argv = {"sh", "-c", script};
  EXPECT_TRUE(signaled(run(killer), SIGKILL));
  killer.argv.back() = "sleep 100 & kill -STOP 0";
  killer.limits.wall_time = std::chrono::milliseconds(400);
  EXPECT_TRUE(limit_exceeded(run(killer), LimitKind::kWallTime));
  EXPECT_TRUE(exited(run(spec("hello")), 0));
  EXPECT_EQ(launcher_and_slots(launcher().pid()).at(1), slot);
}

class OutliveTest : public SandboxFixture, public testing::WithParamInterface<const char*> {};
INSTANTIATE_TEST_SUITE_P(Ways, OutliveTest,
                         testing::Values("setsid", "setpgid", "double-fork", "clone-parent",
                                         "exit-signal", "subreaper", "thread", "undumpable"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::erase(name, '-');
                           return name;
                         });

TEST_P(OutliveTest, T39NoProcessOutlivesTheJob) {
  EXPECT_TRUE(exited(run(spec("hello")), 0));
  pid_t slot = launcher_and_slots(launcher().pid()).at(1);
  std::string marker = make_marker();
  auto active = start(spec("outlive", {GetParam(), marker}));
  ASSERT_TRUE(pump_until([&] { return active->ends() > 0; }));
  EXPECT_TRUE(processes_with(marker).empty());  // no grace: at the moment of OnEnd
  FinishedRun ended = wait(*active);
  EXPECT_TRUE(exited(ended, 0));
  EXPECT_EQ(ended.out, "left behind\n");
  EXPECT_TRUE(exited(run(spec("hello")), 0));
  EXPECT_EQ(launcher_and_slots(launcher().pid()).at(1), slot);
}

class BombTest : public SandboxFixture, public testing::WithParamInterface<const char*> {};
INSTANTIATE_TEST_SUITE_P(Calls, BombTest, testing::Values("vfork", "clone", "threads"),
                         [](const auto& test) { return std::string(test.param); });

TEST_P(BombTest, T01OfAnyCallEndsWithAProcessesVerdict) {
  std::string marker = make_marker();
  SandboxSpec bomb = spec("bomb", {GetParam(), marker});
  bomb.limits.wall_time = std::chrono::seconds(5);
  FinishedRun ended = run(bomb);
  EXPECT_TRUE(limit_exceeded(ended, LimitKind::kProcesses));
  EXPECT_TRUE(all_gone(marker));
  EXPECT_THAT(ended.out, testing::HasSubstr("started"));
  EXPECT_TRUE(exited(run(spec("hello")), 0));
}

}  // namespace
}  // namespace glovebox
