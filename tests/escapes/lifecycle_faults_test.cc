// Threat C 41: killed processes of Glovebox.
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "base/os.h"
#include "checks.h"
#include "processes.h"
#include "sandbox_fixture.h"

namespace glovebox {
namespace {

class FaultsTest : public SandboxFixture {
 protected:
  // Acts like a server, in a separate process; never returns.
  [[noreturn]] void serve_until_killed(const std::string& marker, int ready) {
    Input input = make_input();
    auto active = start(spec("hold_processes", {"2", marker}), std::move(input.for_job));
    pid_t launcher_pid = wait_for_output(*active, "held value=2") ? launcher().pid() : -1;
    if (::write(ready, &launcher_pid, sizeof launcher_pid) < 0) ::_exit(1);
    pump_until([] { return false; });
    ::_exit(1);
  }

  struct OtherServer {
    pid_t server = -1;
    pid_t keeper = -1;  // -1: its job did not start
  };
  OtherServer start_server(const std::string& marker) {
    auto ready = os::pipe().value();
    OtherServer other;
    other.server = ::fork();
    if (other.server == 0) serve_until_killed(marker, ready.second.get());
    ready.second.reset();
    pid_t told = -1;
    if (::read(ready.first.get(), &told, sizeof told) == sizeof told) other.keeper = told;
    return other;
  }

  // Repeats what may fail while a process is being replaced.
  bool serves_again() {
    bool served = false;
    return pump_until([&] { return served = served || exited(run(spec("hello")), 0); });
  }
};

TEST_F(FaultsTest, T41WhenTheServerIsKilledItsLauncherAndJobsDie) {
  std::string marker = make_marker();
  auto [server, keeper] = start_server(marker);
  ASSERT_GT(keeper, 0);
  std::vector<pid_t> family = descendants_of(server);
  EXPECT_THAT(family, testing::Contains(keeper));
  EXPECT_THAT(family, testing::IsSupersetOf(processes_with(marker)));
  EXPECT_FALSE(processes_with(marker).empty());

  ::kill(server, SIGKILL);
  ::waitpid(server, nullptr, 0);
  EXPECT_TRUE(all_gone(marker));
  EXPECT_TRUE(all_dead(family));
}

// Only the kernel can end the job now. In the landlock tier the tool's children live on, still in
// the sandbox, until a user ends them.
TEST_F(FaultsTest, T41WhenAllOurProcessesAreKilledAtOnceOnlyAPidNamespaceEndsTheJob) {
  std::string marker = make_marker();
  auto [server, keeper] = start_server(marker);
  ASSERT_GT(keeper, 0);
  pid_t launcher_pid = children_of(keeper).at(0);
  std::vector<pid_t> ours{server, keeper, launcher_pid, children_of(launcher_pid).at(0)};
  // At the same moment: none of them runs while the others are killed.
  for (int signal : {SIGSTOP, SIGKILL}) {
    for (pid_t pid : ours) ::kill(pid, signal);
  }
  ::waitpid(server, nullptr, 0);
  EXPECT_TRUE(all_dead(ours));
  if (in_namespaces()) {
    EXPECT_TRUE(all_gone(marker));
    return;
  }
  std::vector<pid_t> left = processes_with(marker);
  EXPECT_GE(left.size(), 2U);
  for (pid_t pid : left) {
    EXPECT_EQ(status_field(pid, "NoNewPrivs"), "1");
    EXPECT_EQ(status_field(pid, "Seccomp"), "2");
    ::kill(pid, SIGKILL);
  }
  EXPECT_TRUE(all_gone(marker));
}

// Every process between the server and the job, from the top: if it is killed, the job dies and is
// reported, and the others either die or recover.
class KilledAncestorTest : public FaultsTest, public testing::WithParamInterface<int> {};
INSTANTIATE_TEST_SUITE_P(Generations, KilledAncestorTest, testing::Values(0, 1, 2));

TEST_P(KilledAncestorTest, T41ItsJobDiesAndIsReported) {
  // Like a server, which has no other children.
  LauncherOptions options;
  options.end_orphans = true;
  use(options);
  std::string marker = make_marker();
  Input input = make_input();
  auto active = start(spec("hold_processes", {"2", marker}), std::move(input.for_job));
  ASSERT_TRUE(wait_for_output(*active, "held value=2"));
  std::vector<pid_t> family = descendants_of(launcher().pid());
  family.insert(family.begin(), launcher().pid());
  // Keeper, launcher, slot, in the namespaces tier an init, the tool and its children.
  ASSERT_EQ(family.size(), in_namespaces() ? 7U : 6U);
  std::string leaf = "glovebox-" + std::to_string(family[1]) + "-";
  EXPECT_EQ(cgroups_named(leaf).empty(), !has_layer("cgroup-memory"));
  auto generation = static_cast<std::size_t>(GetParam());
  ::kill(family[generation], SIGKILL);
  EXPECT_TRUE(failed(wait(*active)));
  EXPECT_TRUE(all_gone(marker));
  EXPECT_TRUE(all_dead({family.begin() + GetParam() + 1, family.end()}));

  // Without its keeper nothing runs, until another one is started.
  if (generation == 0) {
    EXPECT_TRUE(failed(run(spec("hello"))));
    end_launcher();
  }
  EXPECT_TRUE(serves_again());
  // The next start after its complete end cleans up after a launcher.
  EXPECT_TRUE(generation == 2 || pump_until([&] {
                end_launcher();
                launcher();
                return cgroups_named(leaf).empty();
              }));
}

TEST_F(FaultsTest, T41ASlotThatIsKilledWhileIdleIsReplaced) {
  EXPECT_TRUE(exited(run(spec("hello")), 0));
  ::kill(descendants_of(launcher().pid()).at(1), SIGKILL);
  EXPECT_TRUE(serves_again());
}

// Slot and launcher are stopped while a job runs: nobody watches its limits or receives a cancel.
class StoppedAncestorTest : public FaultsTest, public testing::WithParamInterface<int> {};
INSTANTIATE_TEST_SUITE_P(Generations, StoppedAncestorTest, testing::Values(1, 2));

TEST_P(StoppedAncestorTest, T41IsReplacedAndItsJobEnds) {
  LauncherOptions options;
  options.end_orphans = true;
  use(options);
  std::string marker = make_marker();
  SandboxSpec job = spec("wait_for_end", {marker});
  job.limits.wall_time = std::chrono::seconds(600);
  auto active = start(job);
  ASSERT_TRUE(wait_for_output(*active, "ready"));
  std::vector<pid_t> family = launcher_and_slots(launcher().pid());
  ::kill(family.at(static_cast<std::size_t>(GetParam()) - 1), SIGSTOP);
  FinishedRun ended = wait(*active);
  ASSERT_TRUE(failed(ended));
  EXPECT_TRUE(is_lost_run(ended.result.error()));
  EXPECT_TRUE(all_gone(marker));
  EXPECT_TRUE(serves_again());
}

TEST_F(FaultsTest, T42ACancelOfAJobWhoseSlotIsStoppedIsNotLost) {
  std::string marker = make_marker();
  auto active = start(spec("wait_for_end", {marker}));
  ASSERT_TRUE(wait_for_output(*active, "ready"));
  ::kill(launcher_and_slots(launcher().pid()).at(1), SIGSTOP);
  active->kill();
  EXPECT_TRUE(cancelled(wait(*active)));
  EXPECT_TRUE(all_gone(marker));
  EXPECT_TRUE(serves_again());
}

// A failure after every slot has worked may be temporary.
TEST_F(FaultsTest, T41ALauncherThatCannotReplaceItsSlotsIsRestartedUntilItCan) {
  EXPECT_TRUE(exited(run(spec("hello")), 0));
  std::filesystem::path store = directory() / "projects", away = directory() / "away";
  std::filesystem::rename(store, away);
  ::kill(launcher_and_slots(launcher().pid()).at(1), SIGKILL);
  EXPECT_TRUE(pump_until([&] { return !sandbox().outage().empty(); }));
  EXPECT_FALSE(sandbox().is_lost());
  std::filesystem::rename(away, store);
  EXPECT_TRUE(pump_until([&] { return sandbox().outage().empty(); }));
  EXPECT_TRUE(serves_again());
}

TEST_F(FaultsTest, T41WhenTheInitOfAJobIsKilledTheJobEndsAndTheSlotContinues) {
  if (!in_namespaces()) {
    // It has none: what ends is the tool, and with it the job.
    std::string marker = make_marker();
    Input input = make_input();
    auto active = start(spec("hold_processes", {"2", marker}), std::move(input.for_job));
    ASSERT_TRUE(wait_for_output(*active, "held value=2"));
    std::vector<pid_t> family = descendants_of(launcher().pid());
    ::kill(family.at(2), SIGKILL);
    EXPECT_TRUE(signaled(wait(*active), SIGKILL));
    EXPECT_TRUE(processes_with(marker).empty());
    EXPECT_TRUE(exited(run(spec("hello")), 0));
    EXPECT_EQ(descendants_of(launcher().pid()).at(1), family.at(1));
    return;
  }
  std::string marker = make_marker();
  auto active = start(spec("wait_for_end", {marker}));
  ASSERT_TRUE(wait_for_output(*active, "ready"));
  std::vector<pid_t> job = processes_with(marker);
  ASSERT_EQ(job.size(), 1U);
  std::string parent = status_field(job.front(), "PPid");
  ::kill(std::stoi(parent), SIGKILL);
  FinishedRun ended = wait(*active);
  EXPECT_TRUE(all_gone(marker));
  EXPECT_FALSE(exited(ended, 0));
  EXPECT_TRUE(exited(run(spec("hello")), 0));
}

TEST_F(FaultsTest, T41DestroyingTheLauncherEndsItsJobs) {
  std::string marker = make_marker();
  auto active = start(spec("wait_for_end", {marker}));
  ASSERT_TRUE(wait_for_output(*active, "ready"));
  std::vector<pid_t> family = descendants_of(launcher().pid());
  family.push_back(launcher().pid());
  active->abandon();
  end_launcher();
  EXPECT_TRUE(all_gone(marker));
  EXPECT_TRUE(all_dead(family));
}

}  // namespace
}  // namespace glovebox
