// Threat C 43: each set-up step of the sandbox is made to fail, and nothing ever runs without the
// sandbox.
#include <gmock/gmock.h>
#include <unistd.h>

#include "checks.h"
#include "processes.h"
#include "sandbox/setup_step.h"
#include "sandbox_fixture.h"

namespace glovebox {
namespace {

using testing::HasSubstr;

// An errno without a meaning for any of the steps.
constexpr int kInjected = EDOM;

class FailingStepTest : public SandboxFixture,
                        public testing::WithParamInterface<std::string_view> {
 public:
  static std::vector<std::string_view> slot_steps() {
    if (in_namespaces()) return {kSlotSteps.begin(), kSlotSteps.end()};
    return {kLandlockSlotSteps.begin(), kLandlockSlotSteps.end()};
  }
  static std::vector<std::string_view> job_steps() {
    if (in_namespaces()) return {kJobSteps.begin(), kJobSteps.end()};
    return {kLandlockJobSteps.begin(), kLandlockJobSteps.end()};
  }
  static std::vector<std::string_view> all_of_namespaces() {
    std::vector<std::string_view> steps(kSlotSteps.begin(), kSlotSteps.end());
    steps.insert(steps.end(), kJobSteps.begin(), kJobSteps.end());
    return steps;
  }

 protected:
  static LauncherOptions failing() {
    LauncherOptions options;
    options.fail_step = GetParam();
    options.fail_errno = kInjected;
    return options;
  }

  void expect_refused_launch(const Result<void>& launched) {
    ASSERT_TRUE(launched.has_error());
    EXPECT_THAT(launched.error().message(), HasSubstr(std::string(GetParam())));
    EXPECT_EQ(launched.error().errno_value(), kInjected);
    EXPECT_TRUE(children_of(::getpid()).empty());
    EXPECT_TRUE(folders_are_empty());
  }

  // No workspace of a job is left.
  bool folders_are_empty() {
    std::error_code absent;
    for (const auto& slot : std::filesystem::directory_iterator(directory() / "work", absent)) {
      if (!std::filesystem::is_empty(slot.path())) return false;
    }
    return true;
  }
};

class SlotStepTest : public FailingStepTest {};
class JobStepTest : public FailingStepTest {};
class ChosenTierTest : public FailingStepTest {};

std::string step_name(const testing::TestParamInfo<std::string_view>& test) {
  std::string name;
  bool upper = true;
  for (char c : test.param) {
    if (c != '-') name += upper ? static_cast<char>(std::toupper(c)) : c;
    upper = c == '-';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Steps, SlotStepTest, testing::ValuesIn(FailingStepTest::slot_steps()),
                         step_name);
INSTANTIATE_TEST_SUITE_P(Steps, JobStepTest, testing::ValuesIn(FailingStepTest::job_steps()),
                         step_name);
INSTANTIATE_TEST_SUITE_P(Steps, ChosenTierTest,
                         testing::ValuesIn(FailingStepTest::all_of_namespaces()),
                         [](const auto& test) {
                           // "seccomp" and some others are steps of both the slot and the job.
                           return std::to_string(test.index) + step_name(test);
                         });

TEST_P(SlotStepTest, T43AFailedStepLeavesNoLauncher) {
  LauncherOptions options = failing();
  options.slots = 3;  // which are made side by side
  use(options);
  expect_refused_launch(launch());
}

// Detected when the slot is tested: there is no sandbox.
TEST_P(JobStepTest, T43AStepThatFailsImmediatelyLeavesNoLauncher) {
  use(failing());
  expect_refused_launch(launch());
}

TEST_P(JobStepTest, T43AStepThatFailsLaterRunsNothing) {
  LauncherOptions options = failing();
  options.fail_after_proof = true;
  use(options);
  pid_t slot = descendants_of(launcher().pid()).at(1);
  std::string marker = make_marker();
  // Twice: the slot survives its own failure, and is not weaker afterwards.
  for (int i = 0; i < 2; ++i) {
    FinishedRun ended = run(spec("hello", {marker}));
    EXPECT_EQ(ended.out, "");
    EXPECT_TRUE(processes_with(marker).empty());
    EXPECT_TRUE(folders_are_empty());
    ASSERT_TRUE(failed(ended));
    EXPECT_EQ(ended.result.error().kind(), ErrorKind::kInternal);
    EXPECT_THAT(ended.result.error().message(), HasSubstr(std::string(GetParam())));
    EXPECT_EQ(ended.result.error().errno_value(), kInjected);
  }
  EXPECT_EQ(descendants_of(launcher().pid()).at(1), slot);
}

// By default Glovebox uses the weaker tier if a step of the stronger one fails, and reports this.
// As root, who has no weaker tier, it refuses and gives both reasons.
TEST_P(ChosenTierTest, T43AFailingStepOfNamespacesMeansTheOtherTierOrNone) {
  if (in_namespaces() && ::geteuid() != 0) return;  // the landlock tier's run has this case
  use(failing());
  ask_for(Tier::kNone);
  auto is_step_of = [](const auto& steps) {
    return std::ranges::find(steps, GetParam()) != steps.end();
  };
  Result<void> launched = launch();
  if (::geteuid() == 0) {
    ASSERT_TRUE(launched.has_error());
    EXPECT_THAT(launched.error().message(), HasSubstr(std::string(GetParam())));
    EXPECT_THAT(launched.error().message(), HasSubstr("and the landlock tier: "));
    EXPECT_TRUE(children_of(::getpid()).empty());
  } else if (is_step_of(kLandlockSlotSteps) || is_step_of(kLandlockJobSteps)) {
    // A step of that name is in both.
    expect_refused_launch(launched);
    EXPECT_THAT(launched.error().message(), HasSubstr("and the landlock tier: "));
  } else {
    ASSERT_TRUE(launched.has_value()) << launched.error().message();
    const IsolationReport& report = launcher().isolation();
    EXPECT_EQ(report.tier, Tier::kLandlock);
    EXPECT_THAT(report.missing, testing::Contains(testing::Field(
                                    &MissingLayer::why, HasSubstr(std::string(GetParam())))));
    EXPECT_TRUE(exited(run(spec("hello")), 0));
  }
}

using StepsTest = SandboxFixture;

// The tool has been cloned by then, and nobody would watch it.
TEST_F(StepsTest, T43AToolThatCannotBeWatchedIsKilled) {
  if (in_namespaces()) return;  // the landlock tier's run has this case
  LauncherOptions options;
  options.fail_step = kScoreBackStep;
  options.fail_errno = kInjected;
  options.fail_after_proof = true;
  use(options);
  for (int i = 0; i < 20; ++i) {
    std::string marker = make_marker();
    Input input = make_input();
    FinishedRun ended = run(spec("hold_processes", {"3", marker}), std::move(input.for_job));
    EXPECT_TRUE(processes_with(marker).empty());
    ASSERT_TRUE(failed(ended));
    EXPECT_THAT(ended.result.error().message(), HasSubstr(std::string(kScoreBackStep)));
  }
}

// A failure that no test injects, in a slot that has worked before.
TEST_F(StepsTest, T43WithAMissingProjectNothingRuns) {
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

TEST_F(StepsTest, T43WithoutAFaultTheSameRunPrints) {
  FinishedRun ended = run(spec("hello", {make_marker()}));
  EXPECT_TRUE(exited(ended, 0));
  EXPECT_EQ(ended.out, "hello\n");
}

TEST_F(StepsTest, T43AMissingProgramIsTheCallersFault) {
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
