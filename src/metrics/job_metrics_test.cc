#include "metrics/job_metrics.h"

#include <gmock/gmock.h>
#include <prometheus/text_serializer.h>

namespace glovebox {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

class JobMetricsTest : public testing::Test {
 protected:
  static Job job_of(const char* tool, JobStatus status) {
    Job job;
    job.id = JobId("job_1");
    job.owner = ClientId("ip:192.0.2.7");
    job.tool_id = ToolId(tool);
    job.status = status;
    job.created_at = WallTime(milliseconds(1000));
    job.started_at = job.created_at + milliseconds(50);
    job.finished_at = job.created_at + milliseconds(2050);
    job.output.bytes = 7;
    return job;
  }
  std::string text() const { return prometheus::TextSerializer().Serialize(registry_.Collect()); }

  prometheus::Registry registry_;
  JobMetrics metrics_{registry_, {ToolId("gcc"), ToolId("cppcheck")}};
};

TEST_F(JobMetricsTest, AJobIsCountedByToolAndStatusWithItsTimes) {
  metrics_.job_started(job_of("gcc", JobStatus::kRunning));
  metrics_.job_ended(job_of("gcc", JobStatus::kCompleted));
  EXPECT_THAT(text(), HasSubstr("glovebox_jobs_started_total{tool=\"gcc\"} 1\n"));
  EXPECT_THAT(text(), HasSubstr("glovebox_job_wait_seconds_sum{status=\"completed\",tool=\"gcc\"} "
                                "0.05"));
  EXPECT_THAT(text(), HasSubstr("glovebox_job_run_seconds_sum{status=\"completed\",tool=\"gcc\"} "
                                "2\n"));
  EXPECT_THAT(text(), HasSubstr("glovebox_job_output_bytes_total 7\n"));
  EXPECT_THAT(text(), Not(HasSubstr("glovebox_job_failures_total")));
}

TEST_F(JobMetricsTest, NoSeriesNamesAJobOrAClient) {
  metrics_.job_started(job_of("gcc", JobStatus::kRunning));
  metrics_.job_ended(job_of("gcc", JobStatus::kFailed));
  EXPECT_THAT(text(), Not(HasSubstr("job_1")));
  EXPECT_THAT(text(), Not(HasSubstr("192.0.2.7")));
}

TEST_F(JobMetricsTest, ToolsAreThoseOfTheStartAndOneForAllOthers) {
  for (int i = 0; i < 100; ++i) {
    metrics_.job_started(job_of(("tool" + std::to_string(i)).c_str(), JobStatus::kRunning));
  }
  EXPECT_THAT(text(), HasSubstr("glovebox_jobs_started_total{tool=\"other\"} 100\n"));
  EXPECT_THAT(text(), Not(HasSubstr("tool=\"tool")));
}

TEST_F(JobMetricsTest, ToolsOverTheBoundCountAsOthers) {
  std::vector<ToolId> many;
  for (std::size_t i = 0; i <= JobMetrics::kMostTools; ++i) {
    many.emplace_back("t" + std::to_string(i));
  }
  prometheus::Registry registry;
  JobMetrics metrics(registry, many);
  metrics.job_started(job_of("t511", JobStatus::kRunning));
  metrics.job_started(job_of("t512", JobStatus::kRunning));
  std::string told = prometheus::TextSerializer().Serialize(registry.Collect());
  EXPECT_THAT(told, HasSubstr("{tool=\"t511\"} 1\n"));
  EXPECT_THAT(told, HasSubstr("{tool=\"other\"} 1\n"));
}

TEST_F(JobMetricsTest, AJobThatNeverRanHasAWaitAndNoRun) {
  Job job = job_of("gcc", JobStatus::kCancelled);
  job.started_at.reset();
  job.reason = "cancelled";
  metrics_.job_ended(job);
  EXPECT_THAT(text(), HasSubstr("glovebox_job_wait_seconds_count{status=\"cancelled\",tool=\"gcc\"}"
                                " 1\n"));
  EXPECT_THAT(text(), Not(HasSubstr("glovebox_job_run_seconds")));
}

TEST_F(JobMetricsTest, FailuresAreCountedByTheReasonsOfARecord) {
  Job job = job_of("gcc", JobStatus::kFailed);
  for (const char* reason : {"memory", "memory", "", "made-up"}) {
    job.reason = reason;
    metrics_.job_ended(job);
  }
  EXPECT_THAT(text(), HasSubstr("glovebox_job_failures_total{reason=\"memory\"} 2\n"));
  EXPECT_THAT(text(), HasSubstr("glovebox_job_failures_total{reason=\"internal\"} 1\n"));
  EXPECT_THAT(text(), HasSubstr("glovebox_job_failures_total{reason=\"other\"} 1\n"));
}

TEST_F(JobMetricsTest, RunsAreLaunchedOrLost) {
  SandboxResult result;
  result.launch = milliseconds(2);
  AcceptedAs job = job_of("gcc", JobStatus::kRunning);
  metrics_.run_ended(job, std::move(result));
  metrics_.run_ended(job, SandboxResult());
  metrics_.run_ended(job, lost_run_error("the slot died"));
  metrics_.run_ended(job, internal_error("a fault"));
  EXPECT_THAT(text(), HasSubstr("glovebox_lost_runs_total 1\n"));
  EXPECT_THAT(text(), HasSubstr("glovebox_launch_seconds_count 1\n"));
  EXPECT_THAT(text(), HasSubstr("glovebox_launch_seconds_bucket{le=\"0.0025\"} 1\n"));
}

}  // namespace
}  // namespace glovebox
