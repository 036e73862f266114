#include "metrics/metrics.h"

#include <gmock/gmock.h>

#include <boost/asio/io_context.hpp>

#include "fake_sandbox.h"

namespace glovebox {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

class StatusOfTest final : public ServiceStatus {
 public:
  StatusOfTest() {
    report_.tier = Tier::kNamespaces;
    report_.layers = {"seccomp"};
    report_.missing = {{"cgroup", "none", "delegate one"}};
  }
  const IsolationReport& isolation() const override { return report_; }
  bool draining() const override { return draining_; }
  const HealthBoard& health() const override { return board; }
  ServiceLoad load() const override { return now; }

  HealthBoard board;
  ServiceLoad now;
  bool draining_ = false;

 private:
  IsolationReport report_;
};

class MetricsTest : public testing::Test {
 protected:
  MetricsTest() {
    auto disk = [this]() -> Result<DiskSpace> {
      if (disk_fails_) return internal_error("statvfs");
      return DiskSpace{ByteCount(1000), ByteCount(400), 0.5};
    };
    metrics_.read_from({status_, sandbox_, process_, disk, [] { return std::size_t{3}; },
                        [] { return std::size_t{2}; }});
  }
  boost::asio::io_context loop_;
  StatusOfTest status_;
  FakeSandbox sandbox_{loop_, 4};
  ProcessStats process_;
  bool disk_fails_ = false;
  Metrics metrics_{std::vector<ToolId>{ToolId("gcc")}};
};

TEST_F(MetricsTest, GaugesAreReadAtEachScrape) {
  EXPECT_THAT(metrics_.text(), HasSubstr("glovebox_queue_oldest_age_seconds 0\n"));
  EXPECT_THAT(metrics_.text(), HasSubstr("glovebox_jobs_started_total{tool=\"gcc\"} 0\n"));
  status_.now = {5, 10, milliseconds(1500), ByteCount(70), ByteCount(100)};
  std::string text = metrics_.text();
  for (const char* line :
       {"glovebox_queue_jobs 5\n", "glovebox_queue_capacity_jobs 10\n",
        "glovebox_queue_oldest_age_seconds 1.5\n", "glovebox_storage_used_bytes 70\n",
        "glovebox_storage_quota_bytes 100\n", "glovebox_disk_size_bytes 1000\n",
        "glovebox_disk_free_bytes 400\n", "glovebox_slots{state=\"idle\"} 4\n",
        "glovebox_slots{state=\"busy\"} 0\n", "glovebox_http_connections 3\n",
        "glovebox_event_streams 2\n", "glovebox_sandbox_tier{tier=\"namespaces\"} 1\n",
        "glovebox_sandbox_tier{tier=\"landlock\"} 0\n",
        "glovebox_sandbox_layer{layer=\"seccomp\"} 1\n",
        "glovebox_sandbox_layer{layer=\"cgroup\"} 0\n",
        "glovebox_build_info{version=\"" GLOVEBOX_VERSION "\"} 1\n", "glovebox_ready 1\n",
        "process_cpu_seconds_total "}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST_F(MetricsTest, AFaultThatIsOverKeepsItsSeriesAtZero) {
  EXPECT_THAT(metrics_.text(), HasSubstr("glovebox_health_reason{code=\"none\"} 1\n"));
  status_.board.report({"sandbox_outage", "no slot", HealthEffect::kHoldsJobs});
  std::string during = metrics_.text();
  EXPECT_THAT(during, HasSubstr("glovebox_health_reason{code=\"sandbox_outage\"} 1\n"));
  EXPECT_THAT(during, HasSubstr("glovebox_health_reason{code=\"none\"} 0\n"));
  EXPECT_THAT(during, HasSubstr("glovebox_ready 0\n"));
  status_.board.clear("sandbox_outage");
  std::string after = metrics_.text();
  EXPECT_THAT(after, HasSubstr("glovebox_health_reason{code=\"sandbox_outage\"} 0\n"));
  EXPECT_THAT(after, HasSubstr("glovebox_ready 1\n"));
}

TEST_F(MetricsTest, ADiskThatCannotBeAskedHasNoSeries) {
  disk_fails_ = true;
  EXPECT_THAT(metrics_.text(), Not(HasSubstr("glovebox_disk_")));
}

TEST_F(MetricsTest, UploadsAreCountedByWhatBecameOfThem) {
  Project project;
  project.total_bytes = 300;
  metrics_.projects().project_added(project);
  metrics_.projects().project_added(Error(ErrorKind::kUnprocessable, "a bomb"));
  metrics_.projects().project_added(internal_error("disk"));
  std::string text = metrics_.text();
  for (const char* result : {"stored", "refused", "failed"}) {
    EXPECT_THAT(text,
                HasSubstr(std::string("glovebox_uploads_total{result=\"") + result + "\"} 1\n"));
  }
  EXPECT_THAT(text, HasSubstr("glovebox_upload_unpacked_bytes_total 300\n"));
}

TEST_F(MetricsTest, CommitsAreMeasured) {
  metrics_.committed(std::chrono::microseconds(300));
  EXPECT_THAT(metrics_.text(),
              HasSubstr("glovebox_database_commit_seconds_bucket{le=\"0.0005\"} 1\n"));
}

TEST_F(MetricsTest, TheCanaryHasAGaugeOnceItHasRun) {
  EXPECT_THAT(metrics_.text(), Not(HasSubstr("glovebox_canary_success")));
  metrics_.canary().canary_ended(CanaryResult::kFailed, milliseconds(250));
  std::string failed = metrics_.text();
  EXPECT_THAT(failed, HasSubstr("glovebox_canary_success 0\n"));
  EXPECT_THAT(failed, HasSubstr("glovebox_canary_seconds 0.25\n"));
  EXPECT_THAT(failed, HasSubstr("glovebox_canary_runs_total{result=\"failed\"} 1\n"));
  metrics_.canary().canary_ended(CanaryResult::kPassed, milliseconds(30));
  EXPECT_THAT(metrics_.text(), HasSubstr("glovebox_canary_success 1\n"));
}

}  // namespace
}  // namespace glovebox
