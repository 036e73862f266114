// Threats C 41 and 43: processes of ours that are killed, and set-up steps that fail.
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "checks.h"
#include "processes.h"
#include "sandbox/setup_step.h"
#include "sandbox_fixture.h"

namespace glovebox {
namespace {

class FaultsTest : public SandboxFixture {
 protected:
  // What a server does, in a process of its own; never returns.
  [[noreturn]] void serve_until_killed(const std::string& marker, int ready) {
    auto active = start(spec("wait_for_end", {marker}));
    pid_t launcher_pid = wait_for_output(*active, "ready") ? launcher().pid() : -1;
    if (::write(ready, &launcher_pid, sizeof launcher_pid) < 0) ::_exit(1);
    pump_until([] { return false; });
    ::_exit(1);
  }

  // Runs what may fail while something is being replaced.
  bool serves_again() {
    bool served = false;
    return pump_until([&] { return served = served || exited(run(spec("hello")), 0); });
  }
};

TEST_F(FaultsTest, T41WhenTheServerIsKilledItsLauncherAndJobsDie) {
  std::string marker = make_marker();
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  pid_t server = ::fork();
  if (server == 0) serve_until_killed(marker, ready[1]);
  UniqueFd reader(ready[0]);
  ::close(ready[1]);
  pid_t launcher_pid = -1;
  ASSERT_EQ(::read(reader.get(), &launcher_pid, sizeof launcher_pid), ssize_t{sizeof launcher_pid});
  ASSERT_GT(launcher_pid, 0);
  std::vector<pid_t> family = descendants_of(server);
  EXPECT_THAT(family, testing::Contains(launcher_pid));
  EXPECT_THAT(family, testing::IsSupersetOf(processes_with(marker)));
  EXPECT_FALSE(processes_with(marker).empty());

  ::kill(server, SIGKILL);
  ::waitpid(server, nullptr, 0);
  EXPECT_TRUE(all_gone(marker));
  EXPECT_TRUE(all_dead(family));
}

// Every process between the server and the job, from the top: whoever is killed, the job dies and
// is told of, and the rest either goes too or makes good what is lost.
class KilledAncestorTest : public FaultsTest, public testing::WithParamInterface<int> {};
INSTANTIATE_TEST_SUITE_P(Generations, KilledAncestorTest, testing::Values(0, 1, 2));

TEST_P(KilledAncestorTest, T41ItsJobDiesAndIsToldOf) {
  std::string marker = make_marker();
  auto active = start(spec("wait_for_end", {marker}));
  ASSERT_TRUE(wait_for_output(*active, "ready"));
  std::vector<pid_t> family = descendants_of(launcher().pid());
  family.insert(family.begin(), launcher().pid());
  ASSERT_GT(family.size(), 4U);  // keeper, launcher, slot, init, tool
  std::string leaf = "glovebox-" + std::to_string(family[1]) + "-";
  EXPECT_EQ(cgroups_named(leaf).empty(), !has_layer("cgroup-memory"));
  auto generation = static_cast<std::size_t>(GetParam());
  ::kill(family[generation], SIGKILL);
  EXPECT_TRUE(failed(wait(*active)));
  EXPECT_TRUE(all_gone(marker));
  EXPECT_TRUE(all_dead({family.begin() + GetParam() + 1, family.end()}));

  // Without its keeper nothing runs any more, until someone starts another.
  if (generation == 0) {
    EXPECT_TRUE(failed(run(spec("hello"))));
    end_launcher();
  }
  EXPECT_TRUE(serves_again());
  // Whoever starts after it is quite gone sweeps up after a launcher.
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

TEST_F(FaultsTest, T41WhenTheInitOfAJobIsKilledTheJobEndsAndTheSlotServesOn) {
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

// An errno that none of the steps has a meaning for.
constexpr int kInjected = EDOM;

// A step that this host or user has no use for is not on the way, and cannot fail.
std::set<std::string_view> steps_off_the_way() {
  std::set<std::string_view> steps;
  if (::geteuid() != 0) steps = {"id-map-mount", "cgroup-create", "cgroup-enter"};
  return steps;
}

class SlotStepTest : public FaultsTest, public testing::WithParamInterface<std::string_view> {};
class JobStepTest : public FaultsTest, public testing::WithParamInterface<std::string_view> {};

std::string step_name(const testing::TestParamInfo<std::string_view>& test) {
  std::string name;
  bool upper = true;
  for (char c : test.param) {
    if (c != '-') name += upper ? static_cast<char>(std::toupper(c)) : c;
    upper = c == '-';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Steps, SlotStepTest, testing::ValuesIn(kSlotSteps), step_name);
INSTANTIATE_TEST_SUITE_P(Steps, JobStepTest, testing::ValuesIn(kJobSteps), step_name);

TEST_P(SlotStepTest, T43ThatFailsLeavesNoLauncher) {
  LauncherOptions options;
  options.fail_step = GetParam();
  options.fail_errno = kInjected;
  use(options);
  Result<void> launched = launch();
  if (!launched.has_error() && steps_off_the_way().count(GetParam())) {
    GTEST_SKIP() << GetParam() << " is not on the way on this host";
  }
  ASSERT_TRUE(launched.has_error());
  EXPECT_THAT(launched.error().message(), testing::HasSubstr(std::string(GetParam())));
  EXPECT_EQ(launched.error().errno_value(), kInjected);
  EXPECT_TRUE(children_of(::getpid()).empty());
}

TEST_P(JobStepTest, T43ThatFailsLetsNothingRun) {
  std::string marker = make_marker();
  LauncherOptions options;
  options.fail_step = GetParam();
  options.fail_errno = kInjected;
  use(options);
  Result<void> launched = launch();
  if (launched.has_error()) {
    // Found when the slot was tried out: there is no sandbox to run anything in.
    EXPECT_THAT(launched.error().message(), testing::HasSubstr(std::string(GetParam())));
    EXPECT_EQ(launched.error().errno_value(), kInjected);
    return;
  }
  // Twice: the slot survives its own failure, and is no weaker for it.
  for (int i = 0; i < 2; ++i) {
    FinishedRun ended = run(spec("hello", {marker}));
    EXPECT_EQ(ended.out, "");
    EXPECT_TRUE(all_gone(marker));
    ASSERT_TRUE(failed(ended));
    EXPECT_THAT(ended.result.error().message(), testing::HasSubstr(std::string(GetParam())));
    EXPECT_EQ(ended.result.error().errno_value(), kInjected);
  }
}

// A failure that no test injects, in a slot that has proved itself.
TEST_F(FaultsTest, T43AProjectThatIsGoneLetsNothingRun) {
  SandboxSpec orphan = spec("hello");
  orphan.argv = {"echo", "ran"};
  EXPECT_EQ(run(orphan).out, "ran\n");
  std::filesystem::remove_all(project("hello"));
  FinishedRun ended = run(orphan);
  ASSERT_TRUE(failed(ended));
  EXPECT_EQ(ended.result.error().kind(), ErrorKind::kInternal);
  EXPECT_THAT(ended.result.error().message(), testing::HasSubstr("work"));
  EXPECT_EQ(ended.out, "");
}

TEST_F(FaultsTest, T43WithoutAFaultTheSameRunSpeaks) {
  FinishedRun ended = run(spec("hello", {make_marker()}));
  EXPECT_TRUE(exited(ended, 0));
  EXPECT_EQ(ended.out, "hello\n");
}

TEST_F(FaultsTest, T43AProgramThatIsNotThereIsTheCallersFault) {
  SandboxSpec absent = spec("hello");
  absent.argv = {"./absent"};
  FinishedRun ended = run(absent);
  ASSERT_TRUE(failed(ended));
  EXPECT_EQ(ended.result.error().kind(), ErrorKind::kUser);
  EXPECT_EQ(ended.result.error().errno_value(), ENOENT);
  absent.argv = {"/etc/passwd"};
  ended = run(absent);
  ASSERT_TRUE(failed(ended));
  EXPECT_EQ(ended.result.error().kind(), ErrorKind::kUser);
  EXPECT_TRUE(exited(run(spec("hello")), 0));
}

}  // namespace
}  // namespace glovebox
