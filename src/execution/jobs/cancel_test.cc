// Cancelling jobs, and stopping all of them.
#include <sys/resource.h>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "execution/service_fixture.h"

namespace glovebox {
namespace {

using namespace std::chrono_literals;

class CancelTest : public ServiceTest {
 protected:
  // Nothing of a job is left: everything that it held is available again.
  void expect_all_given_back() {
    settle(loop_);
    EXPECT_EQ(queue(ann_).running, 0);
    EXPECT_EQ(queue(ann_).pending, 0);
    sandbox_->script = [](const SandboxSpec&) { return FakeRun(); };
    ProjectId project = project_of(ann_);
    EXPECT_EQ(wait(submit(ann_, project).value()).job.status, JobStatus::kCompleted);
    EXPECT_TRUE(await(loop_, service_->parts().projects.remove(ann_, project)));
  }
};

TEST_F(CancelTest, AWaitingJobEndsWithoutRunning) {
  options_.concurrent_per_client = 2;
  start();
  hang();
  ProjectId project = project_of(ann_);
  JobId runs = submit(ann_, project).value();
  JobId waits = submit(ann_, project).value();
  EXPECT_EQ(cancel(ann_, waits).value(), CancelResult::kCancelling);
  ExecutionResult ended = wait(waits);
  EXPECT_EQ(ended.job.status, JobStatus::kCancelled);
  EXPECT_EQ(ended.job.reason, "cancelled");
  EXPECT_FALSE(ended.job.started_at);
  EXPECT_EQ(cancel(ann_, waits).value(), CancelResult::kAlreadyEnded);
  EXPECT_EQ(sandbox_->specs().size(), 1u);
  sandbox_->end(0);
  wait(runs);
  expect_all_given_back();
}

TEST_F(CancelTest, ARunningJobIsKilledOnce) {
  options_.concurrent_per_client = 1;
  start();
  hang();
  JobId id = submit(ann_, project_of(ann_)).value();
  service_->parts().jobs.abandon(id);
  EXPECT_EQ(cancel(ann_, id).value(), CancelResult::kCancelling);
  EXPECT_EQ(wait(id).job.status, JobStatus::kCancelled);
  EXPECT_EQ(sandbox_->kills(), 1u);
  EXPECT_EQ(cancel(ann_, id).value(), CancelResult::kAlreadyEnded);
  expect_all_given_back();
}

TEST_F(CancelTest, AnEndedJobDoesNotChange) {
  start();
  JobId id = submit(ann_, project_of(ann_)).value();
  wait(id);
  EXPECT_EQ(cancel(ann_, id).value(), CancelResult::kAlreadyEnded);
  EXPECT_EQ(status_of(ann_, id), JobStatus::kCompleted);
  EXPECT_EQ(cancel(ann_, JobId("job_none")).error().kind(), ErrorKind::kNotFound);
}

TEST_F(CancelTest, AJobWhoseClientLeftIsStopped) {
  start();
  hang();
  JobId id = submit(ann_, project_of(ann_)).value();
  service_->parts().jobs.abandon(id);
  service_->parts().jobs.abandon(id);
  service_->parts().jobs.abandon(JobId("job_none"));
  EXPECT_EQ(wait(id).job.status, JobStatus::kCancelled);
  expect_all_given_back();
}

TEST_F(CancelTest, AJobStoppedWhileItIsRecordedNeverRuns) {
  start();
  ProjectId project = project_of(ann_);
  std::optional<Result<SubmittedJob>> id;
  ExecuteRequest asked = request(project);
  asked.lifetime = Lifetime::kItsOwn;
  boost::asio::co_spawn(loop_, service_->parts().jobs.submit(ann_, asked),
                        [&](std::exception_ptr, Result<SubmittedJob> got) { id = std::move(got); });
  // As soon as the store has it, while the response is being sent.
  auto cancel_early = [&]() -> Awaitable<Result<CancelResult>> {
    while (store_.jobs.empty()) co_await boost::asio::post(loop_, boost::asio::use_awaitable);
    EXPECT_FALSE(id);
    co_return co_await service_->parts().jobs.cancel(ann_, store_.jobs.begin()->first);
  };
  EXPECT_EQ(await(loop_, cancel_early()).value(), CancelResult::kCancelling);
  EXPECT_EQ(wait(store_.jobs.begin()->first).job.status, JobStatus::kCancelled);
  EXPECT_TRUE(sandbox_->specs().empty());
  expect_all_given_back();
}

// A transport waits for submit() or for its client's disconnection; Asio cancels the loser.
TEST_F(CancelTest, AnInterruptedSubmissionLeavesNothingIncomplete) {
  using namespace boost::asio::experimental::awaitable_operators;
  start();
  hang();
  ProjectId project = project_of(ann_);
  auto leave = [this]() -> Awaitable<bool> {
    while (store_.jobs.empty()) co_await boost::asio::post(loop_, boost::asio::use_awaitable);
    co_return true;
  };
  auto race = [&]() -> Awaitable<bool> {
    ExecuteRequest asked = request(project);
    asked.lifetime = Lifetime::kItsOwn;
    auto submitting = service_->parts().jobs.submit(ann_, std::move(asked));
    auto result = co_await (std::move(submitting) || leave());
    co_return result.index() == 1;
  };
  EXPECT_TRUE(await(loop_, race()));
  JobId id = store_.jobs.begin()->first;
  ASSERT_TRUE(run_until(loop_, [&] { return sandbox_->running() == 1; }));
  EXPECT_TRUE(cancel(ann_, id));
  EXPECT_EQ(wait(id).job.status, JobStatus::kCancelled);
  expect_all_given_back();
}

TEST_F(CancelTest, ACancelledWaitReturnsAndTheJobContinues) {
  using namespace boost::asio::experimental::awaitable_operators;
  start();
  hang();
  JobId id = submit(ann_, project_of(ann_)).value();
  auto leave = [this]() -> Awaitable<bool> {
    co_await boost::asio::post(loop_, boost::asio::use_awaitable);
    co_return true;
  };
  auto race = [&]() -> Awaitable<bool> {
    auto waiting = service_->parts().jobs.wait(id);
    auto result = co_await (std::move(waiting) || leave());
    co_return result.index() == 1;
  };
  EXPECT_TRUE(await(loop_, race()));
  EXPECT_EQ(status_of(ann_, id), JobStatus::kRunning);
  sandbox_->end(0);
  EXPECT_EQ(wait(id).job.status, JobStatus::kCompleted);
}

// Without descriptors a job has no pipes.
TEST_F(CancelTest, ManyJobsThatCannotStartEndWithoutRecursion) {
  options_.queue_capacity = 5000;
  start();
  hang();
  ProjectId project = project_of(ann_);
  JobId first = submit(ann_, project).value();
  ExecuteRequest asked = request(project);
  asked.stdin_text = "x";
  JobId last;
  for (int i = 0; i < 5000; ++i) last = submit(ann_, asked).value();
  // The first leaves its four descriptors open, and one with standard input needs five.
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit tight = before;
  tight.rlim_cur = static_cast<rlim_t>(UniqueFd(::dup(0)).get());
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
  sandbox_->end(0);
  EXPECT_EQ(wait(last).job.status, JobStatus::kFailed);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_EQ(status_of(ann_, first), JobStatus::kCompleted);
  expect_all_given_back();
}

class DrainTest : public ServiceTest {};

TEST_F(DrainTest, WaitsForRunningJobsAndRefusesNewOnes) {
  start();
  hang();
  ProjectId project = project_of(ann_);
  JobId runs = submit(ann_, project).value();
  JobId waits = submit(ann_, project).value();
  EXPECT_FALSE(service_->parts().status.draining());
  bool drained = false;
  boost::asio::co_spawn(loop_, service_->drain(1h), [&](std::exception_ptr) { drained = true; });
  settle(loop_);
  EXPECT_TRUE(service_->parts().status.draining());
  EXPECT_FALSE(drained);
  Error refused = submit(ann_, project).error();
  EXPECT_EQ(refused.kind(), ErrorKind::kQueueFull);
  EXPECT_TRUE(refused.retry_after());
  ExecutionResult never_ran = wait(waits);
  EXPECT_EQ(never_ran.job.status, JobStatus::kFailed);
  EXPECT_EQ(never_ran.job.reason, "server-restarted");
  sandbox_->end(0);
  EXPECT_TRUE(run_until(loop_, [&] { return drained; }));
  EXPECT_EQ(status_of(ann_, runs), JobStatus::kCompleted);
  EXPECT_EQ(sandbox_->specs().size(), 1u);
}

TEST_F(DrainTest, KillsJobsThatOutliveTheGracePeriod) {
  start(2);
  hang();
  ProjectId project = project_of(ann_);
  JobId one = submit(ann_, project).value();
  JobId two = submit(ann_, project).value();
  await(loop_, service_->drain(1ms));
  EXPECT_EQ(sandbox_->running(), 0u);
  for (const JobId& id : {one, two}) {
    EXPECT_EQ(status_of(ann_, id), JobStatus::kFailed);
    EXPECT_EQ(find(ann_, id)->job.reason, "server-restarted");
  }
}

TEST_F(DrainTest, AnIdleServiceIsDrainedAtOnce) {
  start();
  await(loop_, service_->drain(1h));
  EXPECT_TRUE(service_->parts().status.draining());
}

}  // namespace
}  // namespace glovebox
