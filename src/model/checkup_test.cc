#include "model/checkup.h"

#include <gtest/gtest.h>

namespace glovebox {
namespace {

Job job_that(JobStatus status, std::optional<Verdict> verdict = std::nullopt) {
  Job job;
  job.status = status;
  job.verdict = verdict;
  if (is_final(status)) job.finished_at = WallTime(std::chrono::milliseconds(5000));
  return job;
}
Checkup checkup_of(std::vector<Job> jobs) {
  Checkup checkup;
  checkup.jobs = std::move(jobs);
  return checkup;
}

TEST(CheckupTest, ItRunsUntilEveryJobHasEnded) {
  Checkup checkup = checkup_of({job_that(JobStatus::kFailed), job_that(JobStatus::kQueued)});
  EXPECT_EQ(checkup.status(), CheckupStatus::kRunning);
  EXPECT_EQ(checkup.verdict(), std::nullopt);
  EXPECT_EQ(checkup.finished_at(), std::nullopt);
  checkup.jobs[1] = job_that(JobStatus::kCompleted, Verdict::kClean);
  checkup.jobs[1].finished_at = WallTime(std::chrono::milliseconds(7000));
  EXPECT_EQ(checkup.status(), CheckupStatus::kCompleted);
  EXPECT_EQ(checkup.finished_at(), WallTime(std::chrono::milliseconds(7000)));
}

TEST(CheckupTest, TheWorstJobGivesTheVerdict) {
  using S = JobStatus;
  using V = Verdict;
  Job nothing = job_that(S::kCompleted, V::kNothingToDo);
  Job clean = job_that(S::kCompleted, V::kClean);
  Job findings = job_that(S::kCompleted, V::kFindings);
  Job error = job_that(S::kFailed, V::kError);
  EXPECT_EQ(checkup_of({nothing, nothing}).verdict(), V::kNothingToDo);
  EXPECT_EQ(checkup_of({nothing, clean}).verdict(), V::kClean);
  EXPECT_EQ(checkup_of({findings, clean}).verdict(), V::kFindings);
  EXPECT_EQ(checkup_of({findings, error, clean}).verdict(), V::kError);
}

TEST(CheckupTest, ToolsWithoutAVerdictCountByTheirStatus) {
  EXPECT_EQ(checkup_of({job_that(JobStatus::kCompleted)}).verdict(), Verdict::kClean);
  EXPECT_EQ(checkup_of({job_that(JobStatus::kTimeout)}).verdict(), Verdict::kError);
  EXPECT_EQ(checkup_of({job_that(JobStatus::kFailed)}).verdict(), Verdict::kError);
}

TEST(CheckupTest, OneCancelledJobCancelsItAndDoesNotCountInTheVerdict) {
  Checkup checkup = checkup_of({job_that(JobStatus::kCancelled)});
  EXPECT_EQ(checkup.status(), CheckupStatus::kCancelled);
  EXPECT_EQ(checkup.verdict(), std::nullopt);
  checkup.jobs.push_back(job_that(JobStatus::kCompleted, Verdict::kFindings));
  EXPECT_EQ(checkup.verdict(), Verdict::kFindings);
}

}  // namespace
}  // namespace glovebox
