#include "execution/health/deep_check.h"

#include "execution/service_fixture.h"

namespace glovebox {
namespace {

using std::chrono::milliseconds;

using ReportPtr = std::shared_ptr<const DeepReport>;

bool is_canary(const SandboxSpec& spec) {
  return spec.argv.size() == 2 && spec.argv[1].starts_with("canary_");
}

class DeepCheckTest : public ServiceTest {
 protected:
  void SetUp() override {
    options_.storage.disk = [this] { return disk_; };
    sandbox_ = std::make_unique<FakeSandbox>(loop_, 1);
    sandbox_->script = [this](const SandboxSpec& spec) {
      FakeRun run;
      run.hangs = is_canary(spec) ? canaries_hang_ : jobs_hang_;
      if (is_canary(spec)) run.out = canary_says_.empty() ? spec.argv[1] + "\n" : canary_says_;
      return run;
    };
  }
  ReportPtr look() { return await(loop_, service_->parts().deep_health.look()); }
  std::size_t canaries() const {
    const auto& specs = sandbox_->specs();
    return static_cast<std::size_t>(std::count_if(specs.begin(), specs.end(), is_canary));
  }

  Result<DiskSpace> disk_ = DiskSpace{ByteCount(10ULL << 30), ByteCount(5ULL << 30), 1};
  bool canaries_hang_ = false;
  bool jobs_hang_ = false;
  std::string canary_says_;
};

TEST_F(DeepCheckTest, AllIsWell) {
  start();
  ReportPtr report = look();
  EXPECT_EQ(report->failure().check, nullptr);
  EXPECT_EQ(report->canary.state, CheckState::kOk);
  EXPECT_EQ(report->space->available, ByteCount(5ULL << 30));
  EXPECT_FALSE(report->oldest_queued);
  EXPECT_EQ(canaries(), 1u);
  EXPECT_TRUE(sandbox_->specs()[0].project.empty());
}

TEST_F(DeepCheckTest, TheObserverIsToldOfEachCanaryOnce) {
  struct Seen final : CanaryObserver {
    void canary_ended(CanaryResult result, milliseconds) override { results.push_back(result); }
    std::vector<CanaryResult> results;
  } seen;
  options_.canary_observer = &seen;
  start();
  look();
  look();
  canary_says_ = "nonsense";
  clock_.advance(DeepHealth::kFresh);
  look();
  EXPECT_EQ(seen.results,
            (std::vector<CanaryResult>{CanaryResult::kPassed, CanaryResult::kFailed}));
  await(loop_, service_->drain(milliseconds(0)));
  service_.reset();
}

TEST_F(DeepCheckTest, AReportIsGivenAgainForTenSeconds) {
  start();
  ReportPtr first = look();
  clock_.advance(DeepHealth::kFresh - milliseconds(1));
  EXPECT_EQ(look(), first);
  clock_.advance(milliseconds(1));
  EXPECT_NE(look(), first);
  EXPECT_EQ(canaries(), 2u);
}

TEST_F(DeepCheckTest, CallersAtTheSameTimeShareOneCheck) {
  canaries_hang_ = true;
  start();
  std::vector<ReportPtr> reports;
  for (int i = 0; i < 5; ++i) {
    boost::asio::co_spawn(loop_, service_->parts().deep_health.look(),
                          [&](std::exception_ptr, ReportPtr report) { reports.push_back(report); });
  }
  ASSERT_TRUE(run_until(loop_, [&] { return canaries() == 1; }));
  sandbox_->end(0);
  ASSERT_TRUE(run_until(loop_, [&] { return reports.size() == 5; }));
  for (const ReportPtr& report : reports) EXPECT_EQ(report, reports.front());
  EXPECT_EQ(canaries(), 1u);
}

TEST_F(DeepCheckTest, TheCanaryIsInNoQuotaAndNoHistory) {
  options_.hourly_per_client = 1;
  options_.concurrent_per_client = 1;
  start();
  look();
  EXPECT_EQ(queue(ann_).pending, 0);
  EXPECT_EQ(queue(ann_).running, 0);
  EXPECT_EQ(service_->parts().jobs.rate_limit(ann_).remaining, 1);
  auto page = await(loop_, service_->parts().jobs.history(ann_, HistoryQuery())).value();
  EXPECT_TRUE(page.jobs.empty());
  JobId id = submit(ann_, project_of(ann_)).value();
  EXPECT_EQ(wait(id).job.status, JobStatus::kCompleted);
}

TEST_F(DeepCheckTest, TheCanaryTakesTheNextSlotBeforeJobsThatWait) {
  jobs_hang_ = true;
  start();
  ProjectId project = project_of(ann_);
  JobId running = submit(ann_, project).value();
  JobId waiting = submit(ann_, project).value();
  ReportPtr report;
  boost::asio::co_spawn(loop_, service_->parts().deep_health.look(),
                        [&](std::exception_ptr, ReportPtr made) { report = std::move(made); });
  settle(loop_);
  jobs_hang_ = false;
  sandbox_->end(0);
  ASSERT_TRUE(run_until(loop_, [&] { return report != nullptr; }));
  EXPECT_EQ(report->canary.state, CheckState::kOk);
  EXPECT_EQ(wait(waiting).job.status, JobStatus::kCompleted);
  EXPECT_TRUE(is_canary(sandbox_->specs()[1]));
  EXPECT_EQ(sandbox_->peak_running(), 1u);
  EXPECT_EQ(wait(running).job.status, JobStatus::kCompleted);
}

TEST_F(DeepCheckTest, SlotsThatAllRunJobsAreBusyAndNoFault) {
  jobs_hang_ = true;
  start();
  ProjectId project = project_of(ann_);
  submit(ann_, project).value();
  submit(ann_, project).value();
  ReportPtr report = look();
  EXPECT_TRUE(report->oldest_queued);
  EXPECT_EQ(report->canary.state, CheckState::kBusy);
  EXPECT_NE(report->canary.message, "");
  EXPECT_EQ(report->failure().check, nullptr);
  EXPECT_EQ(canaries(), 0u);
}

TEST_F(DeepCheckTest, TheVersionProbeMakesWayForTheCanary) {
  options_.probe_versions = ProbeVersions::kYes;
  jobs_hang_ = true;  // the probe
  start();
  ASSERT_TRUE(run_until(loop_, [&] { return sandbox_->running() == 1; }));
  EXPECT_EQ(look()->canary.state, CheckState::kOk);
  EXPECT_EQ(sandbox_->kills(), 1u);
  EXPECT_EQ(sandbox_->peak_running(), 1u);
}

TEST_F(DeepCheckTest, WrongOutputAndAFailedStartAreFailures) {
  canary_says_ = "something else\n";
  start();
  EXPECT_STREQ(look()->failure().name, "canary");
  sandbox_->script = [](const SandboxSpec&) {
    FakeRun run;
    run.error = internal_error("no memory at /secret/path");
    return run;
  };
  clock_.advance(DeepHealth::kFresh);
  ReportPtr report = look();
  EXPECT_STREQ(report->failure().name, "canary");
  EXPECT_EQ(report->canary.message.find("/secret"), std::string::npos);
}

TEST_F(DeepCheckTest, WithoutASlotTheCanaryFailsAtOnce) {
  start();
  sandbox_->set_outage("the launcher died");
  EXPECT_EQ(look()->canary.state, CheckState::kFailed);
  EXPECT_EQ(canaries(), 0u);
}

TEST_F(DeepCheckTest, AFullDiskAndOneThatDoesNotAnswerAreFailures) {
  disk_.value().available = ByteCount(1 << 20);
  start();
  ReportPtr full = look();
  EXPECT_STREQ(full->failure().name, "disk");
  EXPECT_NE(full->disk.message.find("1 MiB"), std::string::npos) << full->disk.message;
  disk_ = internal_error("statvfs: EIO");
  clock_.advance(DeepHealth::kFresh);
  ReportPtr silent = look();
  EXPECT_STREQ(silent->failure().name, "disk");
  EXPECT_FALSE(silent->space);
}

TEST_F(DeepCheckTest, TheDrainEndsTheCanary) {
  canaries_hang_ = true;
  start();
  ReportPtr report;
  boost::asio::co_spawn(loop_, service_->parts().deep_health.look(),
                        [&](std::exception_ptr, ReportPtr made) { report = std::move(made); });
  ASSERT_TRUE(run_until(loop_, [&] { return canaries() == 1; }));
  await(loop_, service_->drain(std::chrono::hours(1)));
  EXPECT_EQ(sandbox_->running(), 0u);
  ASSERT_TRUE(run_until(loop_, [&] { return report != nullptr; }));
  EXPECT_EQ(report->canary.state, CheckState::kFailed);
}

// A run whose end nobody tells, and a store that does not answer: by hand, since the service has
// the bound of ten seconds.
TEST_F(DeepCheckTest, WhatHangsFailsByTheBoundAndStaysTheOnlyOne) {
  canaries_hang_ = true;
  start();
  BackgroundTasks tasks(loop_);
  auto& jobs = dynamic_cast<JobService&>(service_->parts().jobs);
  DeepCheck check({loop_, tasks, pool_, *sandbox_, jobs, store_, clock_, options_.storage.disk},
                  milliseconds(50));
  for (int i = 0; i < 3; ++i) {
    ReportPtr report = await(loop_, check.look());
    EXPECT_STREQ(report->failure().name, "canary");
    EXPECT_NE(report->canary.message.find("has not ended"), std::string::npos);
    EXPECT_EQ(report->database.state, CheckState::kOk);
    clock_.advance(DeepHealth::kFresh);
  }
  EXPECT_EQ(canaries(), 1u);
  sandbox_->end(0);
  ASSERT_TRUE(run_until(loop_, [&] { return tasks.running() == 0; }));
  canaries_hang_ = false;
  clock_.advance(DeepHealth::kFresh);
  EXPECT_EQ(await(loop_, check.look())->canary.state, CheckState::kOk);
}

}  // namespace
}  // namespace glovebox
