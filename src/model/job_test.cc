#include "model/job.h"

#include <gtest/gtest.h>

#include <csignal>

#include "model/json.h"

namespace glovebox {
namespace {

Job ended(const Outcome& outcome) {
  Job job;
  apply_outcome(job, outcome);
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

TEST(JobTest, StatusNamesReadBack) {
  for (int i = 0; i <= static_cast<int>(JobStatus::kCancelled); ++i) {
    auto status = static_cast<JobStatus>(i);
    EXPECT_EQ(parse_job_status(job_status_name(status)), status);
  }
  EXPECT_EQ(parse_job_status("done"), std::nullopt);
}

}  // namespace
}  // namespace glovebox
