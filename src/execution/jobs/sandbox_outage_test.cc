// What happens to jobs while no job can run, and to jobs whose slots die.
#include <gmock/gmock.h>

#include "execution/service_fixture.h"

namespace glovebox {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class SandboxOutageServiceTest : public ServiceTest {
 protected:
  void settle() {
    loop_.restart();
    while (loop_.poll() > 0) loop_.restart();
  }
};

TEST_F(SandboxOutageServiceTest, StopsTheQueueAndIsNotReady) {
  start();
  sandbox_->set_outage("no slot is ready");
  ASSERT_EQ(health_.reasons().size(), 1u);
  EXPECT_EQ(health_.reasons()[0].code, "sandbox_outage");
  EXPECT_TRUE(health_.unready().has_value());
  EXPECT_FALSE(health_.refusal().has_value());
  JobId id = submit_its_own(ann_, project_of(ann_)).value();
  settle();
  EXPECT_TRUE(sandbox_->specs().empty());
  EXPECT_EQ(status_of(ann_, id), JobStatus::kQueued);
  sandbox_->set_outage("");
  EXPECT_TRUE(health_.reasons().empty());
  EXPECT_EQ(wait(id).job.status, JobStatus::kCompleted);
}

TEST_F(SandboxOutageServiceTest, AJobWithoutOutputRunsAgainWhenItsSlotDies) {
  start();
  hang();
  ExecuteRequest asked = request(project_of(ann_));
  asked.lifetime = Lifetime::kItsOwn;
  asked.stdin_text = "input";
  JobId id = submit(ann_, std::move(asked)).value();
  settle();
  ASSERT_EQ(sandbox_->running(), 1u);
  sandbox_->lose(0);
  settle();
  ASSERT_EQ(sandbox_->specs().size(), 2u);
  EXPECT_EQ(sandbox_->stdin_texts().back(), "input");
  EXPECT_EQ(status_of(ann_, id), JobStatus::kRunning);
  sandbox_->end(1);
  EXPECT_EQ(wait(id).job.status, JobStatus::kCompleted);
}

// The next process must not treat it as a job that ran.
TEST_F(SandboxOutageServiceTest, ARequeuedJobIsRecordedAsQueued) {
  start();
  hang();
  JobId id = submit_its_own(ann_, project_of(ann_)).value();
  settle();
  sandbox_->set_outage("no slot is ready");
  sandbox_->lose(0);
  settle();
  EXPECT_EQ(status_of(ann_, id), JobStatus::kQueued);
  auto left = await(loop_, store_.unfinished_jobs()).value();
  ASSERT_EQ(left.size(), 1u);
  EXPECT_FALSE(left[0].job.started_at.has_value());
}

TEST_F(SandboxOutageServiceTest, AJobThatHasWrittenSomethingBeginsAgainWhenItsSlotDies) {
  start();
  hang();
  JobId id = submit_its_own(ann_, project_of(ann_)).value();
  settle();
  auto follower = await(loop_, service_->parts().jobs.follow(ann_, id, 0)).value();
  sandbox_->say(0, "begun\n");
  settle();
  while (await(loop_, follower->next(10s))->told == 0) continue;
  sandbox_->lose(0);
  settle();
  ASSERT_EQ(sandbox_->specs().size(), 2u);
  sandbox_->say(1, "again\n");
  settle();
  JobEvent status = await(loop_, follower->next(10s)).value();
  EXPECT_EQ(std::get<JobEvent::Status>(status.what).attempt, 2);
  EXPECT_EQ(status.attempt, 2);
  EXPECT_EQ(status.told, 0);
  JobEvent output = await(loop_, follower->next(10s)).value();
  EXPECT_EQ(std::get<JobEvent::Output>(output.what).text, "again\n");
  EXPECT_EQ(output.told, 1);
  sandbox_->end(1);
  ExecutionResult end = wait(id);
  EXPECT_EQ(end.job.status, JobStatus::kCompleted);
  EXPECT_EQ(end.job.attempt, 2);
  EXPECT_EQ(end.output, std::vector<std::string>{"again"});
  EXPECT_EQ(store_.jobs[id].job.attempt, 2);
}

class ShowsAllOutput final : public JobObserver {
 public:
  bool wants_all_output() const override { return true; }
};

TEST_F(SandboxOutageServiceTest, WhatAnObserverHasShownIsNotShownAgain) {
  ShowsAllOutput terminal;
  options_.observers = {&terminal};
  start();
  hang();
  JobId id = submit(ann_, project_of(ann_)).value();
  settle();
  sandbox_->say(0, "shown\n");
  settle();
  sandbox_->lose(0);
  Job job = wait(id).job;
  EXPECT_EQ(job.reason, kServerRestarted);
  EXPECT_THAT(job.message, HasSubstr("submit it again"));
  EXPECT_EQ(sandbox_->specs().size(), 1u);
}

TEST_F(SandboxOutageServiceTest, TheNumberOfRetriesOfAJobIsBounded) {
  start();
  hang();
  JobId id = submit_its_own(ann_, project_of(ann_)).value();
  std::size_t runs = 0;
  while (status_of(ann_, id) != JobStatus::kFailed && runs < 20) {
    settle();
    if (sandbox_->specs().size() > runs) sandbox_->lose(runs++);
    settle();
  }
  EXPECT_EQ(runs, 3u);
  EXPECT_EQ(find(ann_, id)->job.attempt, kMostAttempts);
  EXPECT_EQ(find(ann_, id)->job.reason, kServerRestarted);
}

TEST_F(SandboxOutageServiceTest, ACancelledJobIsNotRunAgain) {
  start();
  hang();
  JobId id = submit_its_own(ann_, project_of(ann_)).value();
  settle();
  sandbox_->set_outage("no slot is ready");
  sandbox_->lose(0);
  settle();
  EXPECT_EQ(cancel(ann_, id).value(), CancelResult::kCancelling);
  EXPECT_EQ(wait(id).job.status, JobStatus::kCancelled);
  EXPECT_EQ(sandbox_->specs().size(), 1u);
}

}  // namespace
}  // namespace glovebox
