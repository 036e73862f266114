#include "sandbox/setup_step.h"

#include <gmock/gmock.h>

#include <cerrno>
#include <set>

#include "sandbox/exec/job_report.h"

namespace glovebox {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class SetupStepTest : public testing::Test {
 protected:
  void TearDown() override { fail_setup_step("", 0); }
};

std::vector<std::string_view> all_steps() {
  std::vector<std::string_view> steps(kSlotSteps.begin(), kSlotSteps.end());
  steps.insert(steps.end(), kJobSteps.begin(), kJobSteps.end());
  return steps;
}

TEST_F(SetupStepTest, RunsAStepWithoutInjection) {
  int runs = 0;
  Result<void> result = setup_step("proc", [&]() -> Result<void> {
    ++runs;
    return ok();
  });
  EXPECT_TRUE(result.has_value());
  EXPECT_EQ(runs, 1);
}

TEST_F(SetupStepTest, PrefixesAnErrorWithItsNameAndKeepsTheErrno) {
  Result<void> result = setup_step(
      "proc", []() -> Result<void> { return Error::from_errno("mount", "/proc", EPERM); });
  EXPECT_THAT(result.error().message(), StartsWith("proc: mount: /proc"));
  EXPECT_EQ(result.error().errno_value(), EPERM);
}

TEST_F(SetupStepTest, FailsOnlyTheInjectedStepAndDoesNotRunIt) {
  for (std::string_view failing : all_steps()) {
    fail_setup_step(failing, ENOSPC);
    for (std::string_view step : all_steps()) {
      bool ran = false;
      Result<void> result = setup_step(step, [&]() -> Result<void> {
        ran = true;
        return ok();
      });
      EXPECT_EQ(ran, step != failing) << failing << " " << step;
      EXPECT_EQ(injected_errno(step), step == failing ? ENOSPC : 0);
      if (step != failing) continue;
      EXPECT_THAT(result.error().message(), StartsWith(std::string(step) + ": "));
      EXPECT_EQ(result.error().errno_value(), ENOSPC);
    }
  }
}

// If the kernel's limit on filters is exhausted: the C library has no text for this errno.
TEST_F(SetupStepTest, NamesTheLimitOnFiltersAndWhatToDo) {
  Result<void> failed =
      setup_step("seccomp", [] { return Result<void>(Error::from_errno("seccomp", "", 524)); });
  for (const Error& error : {failed.error(), step_error("seccomp", 524)}) {
    EXPECT_THAT(error.message(), StartsWith("seccomp: "));
    EXPECT_THAT(error.message(), HasSubstr("ENOTSUPP"));
    EXPECT_THAT(error.message(), HasSubstr("raise net.core.bpf_jit_limit"));
    EXPECT_THAT(error.message(), Not(HasSubstr("Unknown error")));
    EXPECT_EQ(error.errno_value(), 524);
  }
  EXPECT_THAT(step_error("root", 524).message(), Not(HasSubstr("bpf_jit_limit")));
  EXPECT_THAT(step_error("seccomp", EPERM).message(), Not(HasSubstr("bpf_jit_limit")));
}

TEST_F(SetupStepTest, InjectsNothingForAPartOfAName) {
  fail_setup_step("cgroup-enter", EIO);
  for (std::string_view other : {"", "cgroup", "cgroup-ente", "cgroup-enter2", "enter"}) {
    EXPECT_EQ(injected_errno(other), 0) << other;
  }
}

// A job's init passes the name on in a fixed-size field of the report.
TEST_F(SetupStepTest, NamesFitTheReportAndAreUnique) {
  std::set<std::string_view> seen;
  for (std::string_view step : all_steps()) {
    EXPECT_LT(step.size(), sizeof JobReport::failed_step) << step;
    EXPECT_EQ(step.find(':'), std::string_view::npos) << step;
    EXPECT_TRUE(seen.insert(step).second) << step;
  }
}

}  // namespace
}  // namespace glovebox
