#include "model/job.h"

#include <gtest/gtest.h>

#include <csignal>

#include "model/json.h"

namespace glovebox {
namespace {

Job ended(const Outcome& outcome, const ExitCodes& codes = {}) {
  Job job;
  apply_outcome(job, outcome, codes);
  return job;
}

TEST(JobTest, ExitZeroIsCompletedWithoutAReason) {
  Job job = ended(Exited{0});
  EXPECT_EQ(job.status, JobStatus::kCompleted);
  EXPECT_EQ(job.reason, "");
  EXPECT_EQ(job.exit_code, 0);
}

TEST(JobTest, AnotherExitOrASignalIsFailed) {
  EXPECT_EQ(ended(Exited{3}).status, JobStatus::kFailed);
  EXPECT_EQ(ended(Exited{3}).reason, "exit-code");
  Job job = ended(Signaled{SIGSEGV});
  EXPECT_EQ(job.status, JobStatus::kFailed);
  EXPECT_EQ(job.reason, "signal");
  EXPECT_EQ(to_json(job, {}).at("signal").as_string(), "SIGSEGV");
}

TEST(JobTest, LimitsOnTimeAreTimeoutsAndOthersAreFailures) {
  LimitExceeded limit{LimitKind::kWallTime, 1000, 1003, std::nullopt, std::nullopt};
  EXPECT_EQ(ended(limit).status, JobStatus::kTimeout);
  EXPECT_EQ(ended(limit).reason, "wall-time");
  limit.which = LimitKind::kMemory;
  limit.configured = limit.observed = 512 << 20;
  EXPECT_EQ(ended(limit).status, JobStatus::kFailed);
  EXPECT_EQ(ended(limit).message, "stopped at the memory limit: 512 MiB allowed, 512 MiB seen");
}

TEST(JobTest, AViolationIsPolicyAndACancelIsCancelled) {
  EXPECT_EQ(ended(Violation{"32-bit call"}).reason, "policy");
  EXPECT_EQ(ended(Cancelled{}).status, JobStatus::kCancelled);
}

const ExitCodes kLinter{{0, Verdict::kClean}, {1, Verdict::kFindings}, {3, Verdict::kNothingToDo}};

TEST(JobTest, ADeclaredExitCodeIsCompletedWithItsVerdict) {
  for (const auto& [code, verdict] : kLinter) {
    Job job = ended(Exited{code}, kLinter);
    EXPECT_EQ(job.status, JobStatus::kCompleted);
    EXPECT_EQ(job.reason, "");
    EXPECT_EQ(job.exit_code, code);
    EXPECT_EQ(job.verdict, verdict);
  }
  EXPECT_EQ(to_json(ended(Exited{3}, kLinter), {}).at("verdict").as_string(), "nothing-to-do");
}

TEST(JobTest, AnotherExitCodeOrACrashOfSuchAToolIsAnError) {
  EXPECT_EQ(ended(Exited{2}, kLinter).status, JobStatus::kFailed);
  EXPECT_EQ(ended(Exited{2}, kLinter).reason, "exit-code");
  EXPECT_EQ(ended(Exited{2}, kLinter).verdict, Verdict::kError);
  EXPECT_EQ(ended(Signaled{SIGSEGV}, kLinter).verdict, Verdict::kError);
}

TEST(JobTest, WithoutDeclaredCodesOrANormalEndAToolHasNoVerdict) {
  EXPECT_EQ(ended(Exited{0}).verdict, std::nullopt);
  EXPECT_TRUE(to_json(ended(Exited{0}), {}).at("verdict").is_null());
  LimitExceeded limit{LimitKind::kMemory, 1, 1, 1, std::nullopt};
  EXPECT_EQ(ended(limit, kLinter).verdict, std::nullopt);
  EXPECT_EQ(ended(Cancelled{}, kLinter).verdict, std::nullopt);
  EXPECT_EQ(ended(Violation{"x"}, kLinter).verdict, std::nullopt);
}

TEST(JobTest, VerdictNamesReadBack) {
  for (int i = 0; i <= static_cast<int>(Verdict::kError); ++i) {
    auto verdict = static_cast<Verdict>(i);
    EXPECT_EQ(parse_verdict(verdict_name(verdict)), verdict);
  }
  EXPECT_EQ(parse_verdict(""), std::nullopt);
}

TEST(JobTest, StatusNamesReadBack) {
  for (int i = 0; i <= static_cast<int>(JobStatus::kCancelled); ++i) {
    auto status = static_cast<JobStatus>(i);
    EXPECT_EQ(parse_job_status(job_status_name(status)), status);
  }
  EXPECT_EQ(parse_job_status("done"), std::nullopt);
}

}  // namespace
}  // namespace glovebox
