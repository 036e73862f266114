// What happens to jobs when something in Glovebox fails: an exception, a full disk, a clock that is
// set.
#include <gmock/gmock.h>

#include <cerrno>
#include <chrono>
#include <stdexcept>

#include "execution/service_fixture.h"

namespace glovebox {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class FaultsTest : public ServiceTest {
 protected:
  static Error disk_full() { return internal_error("database: full").with_errno(ENOSPC); }
  bool is_recorded(const JobId& id) {
    auto found = store_.jobs.find(id);
    return found != store_.jobs.end() && found->second.job.finished_at.has_value();
  }
};

TEST_F(FaultsTest, AnExceptionInARunEndsThatJobAndReleasesItsResources) {
  options_.concurrent_per_client = 1;
  start();
  sandbox_->script = [](const SandboxSpec&) -> FakeRun { throw std::runtime_error("secret"); };
  ProjectId project = project_of(ann_);
  ExecutionResult failed = wait(submit(ann_, project).value());
  EXPECT_EQ(failed.job.status, JobStatus::kFailed);
  EXPECT_THAT(failed.job.message, HasSubstr("internal fault"));
  sandbox_->script = [](const SandboxSpec&) { return FakeRun(); };
  EXPECT_EQ(wait(submit(ann_, project).value()).job.status, JobStatus::kCompleted);
}

TEST_F(FaultsTest, AnExceptionWhileOutputIsReadKillsThatJob) {
  struct Thrower final : JobObserver {
    void output_appended(const JobId&, OutputStream, std::string_view) override {
      throw std::runtime_error("no memory");
    }
  };
  Thrower thrower;
  options_.observers = {&thrower};
  start();
  sandbox_->script = [](const SandboxSpec&) {
    FakeRun run;
    run.out = "x\n";
    run.hangs = true;
    return run;
  };
  ExecutionResult failed = wait(submit(ann_, project_of(ann_)).value());
  EXPECT_EQ(failed.job.status, JobStatus::kFailed);
  EXPECT_THAT(failed.job.message, HasSubstr("internal fault"));
  EXPECT_EQ(queue(ann_).running, 0);
}

TEST_F(FaultsTest, AnExceptionInASweepDoesNotStopLaterSweeps) {
  options_.sweep_interval = 1ms;
  options_.job_ttl = 1h;
  store_.sweep_throws = true;
  start();
  JobId id = submit(ann_, project_of(ann_)).value();
  wait(id);
  clock_.advance(2h);
  settle(loop_);
  EXPECT_TRUE(store_.jobs.contains(id));
  store_.sweep_throws = false;
  EXPECT_TRUE(run_until(loop_, [&] { return !store_.jobs.contains(id); }));
}

TEST_F(FaultsTest, EndsThatCannotBeRecordedAreBoundedAndStopTheQueue) {
  options_.most_unrecorded = 2;
  options_.record_again = 1ms;
  start();
  ProjectId project = project_of(ann_);
  hang();
  std::vector<JobId> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(submit_its_own(ann_, project).value());
  store_.fault = disk_full();
  // The third starts before it is known that the end of the second was not recorded.
  for (std::size_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(run_until(loop_, [&] { return sandbox_->specs().size() == i + 1; }));
    sandbox_->end(i);
  }
  ASSERT_TRUE(run_until(loop_, [&] { return health_.refusal().has_value(); }));
  settle(loop_);
  EXPECT_EQ(sandbox_->specs().size(), 3u);
  EXPECT_EQ(health_.reasons()[0].code, "ends_unrecorded");
  Error refused = submit(ann_, project).error();
  EXPECT_EQ(refused.kind(), ErrorKind::kQueueFull);
  EXPECT_TRUE(refused.retry_after());
  store_.fault.reset();
  for (std::size_t i = 3; i < ids.size(); ++i) {
    ASSERT_TRUE(run_until(loop_, [&] { return sandbox_->specs().size() == i + 1; }));
    sandbox_->end(i);
  }
  EXPECT_TRUE(run_until(loop_, [&] { return is_recorded(ids.back()); }));
  EXPECT_TRUE(is_recorded(ids[0]));
  EXPECT_TRUE(health_.reasons().empty());
}

TEST_F(FaultsTest, ADrainWaitsForEndsThatAreNotRecorded) {
  options_.record_again = 1h;
  start();
  ProjectId project = project_of(ann_);
  sandbox_->script = [](const SandboxSpec&) { return FakeRun(); };
  JobId id = submit_its_own(ann_, project).value();
  store_.fault = disk_full();
  EXPECT_EQ(wait(id).job.status, JobStatus::kCompleted);
  EXPECT_FALSE(is_recorded(id));
  bool drained = false;
  boost::asio::co_spawn(loop_, service_->drain(1ms), [&](std::exception_ptr) { drained = true; });
  settle(loop_);
  EXPECT_FALSE(drained);
  store_.fault.reset();
  EXPECT_TRUE(run_until(loop_, [&] { return drained; }));
  EXPECT_TRUE(is_recorded(id));
  EXPECT_EQ(store_.jobs[id].job.status, JobStatus::kCompleted);
}

TEST_F(FaultsTest, AnOutputTooLargeToRecordIsARecordedFailure) {
  store_.largest_output = 10;
  start();
  sandbox_->script = [](const SandboxSpec&) {
    FakeRun run;
    run.out = std::string(100, 'x');
    return run;
  };
  JobId id = submit(ann_, project_of(ann_)).value();
  ExecutionResult told = wait(id);
  EXPECT_EQ(told.job.status, JobStatus::kFailed);
  EXPECT_TRUE(told.job.output.truncated);
  ASSERT_TRUE(is_recorded(id));
  EXPECT_EQ(store_.jobs[id].job.message, told.job.message);
  EXPECT_TRUE(health_.reasons().empty());
}

TEST_F(FaultsTest, AFullDiskRefusesDurableJobsWithRetryAfter) {
  start();
  ProjectId project = project_of(ann_);
  store_.add_job_fault = disk_full();
  Error refused = submit_its_own(ann_, project).error();
  EXPECT_EQ(refused.kind(), ErrorKind::kQueueFull);
  EXPECT_TRUE(refused.retry_after());
  EXPECT_EQ(refused.details().at("limit").as_string(), "disk");
}

TEST_F(FaultsTest, DurationsAreThoseOfTheSteadyClock) {
  start();
  hang();
  ProjectId project = project_of(ann_);
  submit(ann_, project).value();
  JobId id = submit(ann_, project).value();
  clock_.advance(2s);
  clock_.set_wall_clock(-24h);
  sandbox_->end(0);
  ASSERT_TRUE(run_until(loop_, [&] { return sandbox_->specs().size() == 2; }));
  clock_.advance(3s);
  clock_.set_wall_clock(48h);
  Job running = find(ann_, id)->job;
  EXPECT_EQ(*running.seen_at - *running.started_at, 3s);
  sandbox_->end(1);
  Job job = wait(id).job;
  EXPECT_EQ(*job.started_at - job.created_at, 2s);
  EXPECT_EQ(*job.finished_at - *job.started_at, 3s);
}

TEST_F(FaultsTest, OutputBeyondTheTotalMemoryIsTruncatedAndFlagged) {
  options_.memory = std::make_shared<const MemoryBudget>(ByteCount(256 << 10));
  start();
  sandbox_->script = [](const SandboxSpec&) {
    FakeRun run;
    run.out = std::string(500 << 10, 'x');
    return run;
  };
  ExecutionResult cut = wait(submit(ann_, project_of(ann_)).value());
  EXPECT_EQ(cut.job.status, JobStatus::kCompleted);
  EXPECT_TRUE(cut.job.output.truncated);
  EXPECT_EQ(cut.job.output.bytes, 500 << 10);
  EXPECT_THAT(cut.job.message, HasSubstr("memory for outputs"));
  cut = {};
  EXPECT_TRUE(run_until(loop_, [&] { return options_.memory->used() == ByteCount(0); }));
}

}  // namespace
}  // namespace glovebox
