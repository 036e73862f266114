// The service over a real database, from one life to the next.
#include <gmock/gmock.h>

#include "execution/service_fixture.h"

namespace glovebox {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class RecoveryTest : public testing::Test {
 protected:
  ServiceHarness& live() {
    life_ = std::make_unique<ServiceHarness>();
    life_->sqlite_ = SqliteStore::open(folder_.path() / "glovebox.db").value();
    life_->options_.sweep_interval = 1ms;
    life_->start();
    return *life_;
  }
  // As kill -9 does.
  void die() {
    life_->killed_ = true;
    life_.reset();
  }
  const ClientId ann_{"ann"};
  const ClientId bob_{"bob"};
  TempFolder folder_;
  std::unique_ptr<ServiceHarness> life_;
};

TEST_F(RecoveryTest, AnEndedJobIsThereAfterARestartWithItsOutput) {
  ServiceHarness& first = live();
  first.sandbox_->script = [](const SandboxSpec&) {
    FakeRun run;
    run.out = "one\ntwo\xff\n";
    run.outcome = Signaled{11};
    run.usage.peak_memory = ByteCount(4096);
    run.artifacts.push_back({"a \"quoted\"\n", 5, UniqueFd()});
    return run;
  };
  JobId id = first.submit(ann_, first.project_of(ann_)).value();
  ExecutionResult before = first.wait(id);
  die();
  ServiceHarness& second = live();
  Result<ExecutionResult> after = second.find(ann_, id);
  ASSERT_TRUE(after);
  EXPECT_THAT(after->output, ElementsAre("one", "two\xef\xbf\xbd"));
  EXPECT_EQ(after->job.status, JobStatus::kFailed);
  EXPECT_EQ(after->job.signal, 11);
  EXPECT_EQ(after->job.reason, "signal");
  EXPECT_EQ(after->job.message, before.job.message);
  EXPECT_EQ(after->job.created_at, before.job.created_at);
  EXPECT_EQ(after->job.started_at, before.job.started_at);
  EXPECT_EQ(after->job.finished_at, before.job.finished_at);
  EXPECT_EQ(after->job.usage, before.job.usage);
  EXPECT_EQ(after->job.artifacts, before.job.artifacts);
  EXPECT_EQ(after->job.isolation, before.job.isolation);
  EXPECT_EQ(after->job.output.bytes, before.job.output.bytes);
  EXPECT_EQ(second.find(bob_, id).error().kind(), ErrorKind::kNotFound);
}

TEST_F(RecoveryTest, JobsThatHadNotEndedAreFailedTruly) {
  ServiceHarness& first = live();
  first.hang();
  ProjectId project = first.project_of(ann_);
  JobId ran = first.submit(ann_, project).value();
  JobId waited = first.submit(ann_, project).value();
  settle(first.loop_);
  die();
  ServiceHarness& second = live();
  for (const JobId& id : {ran, waited}) {
    Job job = second.find(ann_, id)->job;
    EXPECT_EQ(job.status, JobStatus::kFailed);
    EXPECT_EQ(job.reason, "server-restarted");
    EXPECT_EQ(job.finished_at, second.clock_.wall_now());
    EXPECT_FALSE(job.message.empty());
    EXPECT_EQ(job.started_at.has_value(), id == ran);
    EXPECT_EQ(second.cancel(ann_, id).value(), CancelResult::kAlreadyEnded);
    EXPECT_TRUE(is_final(second.wait(id).job.status));
  }
  EXPECT_TRUE(second.sandbox_->specs().empty());
}

TEST_F(RecoveryTest, ProjectsSurvive) {
  ServiceHarness& first = live();
  ProjectId id = first.project_of(ann_);
  Project before = await(first.loop_, first.service_->project(ann_, id)).value();
  die();
  ServiceHarness& second = live();
  Project after = await(second.loop_, second.service_->project(ann_, id)).value();
  EXPECT_EQ(after.sha256, before.sha256);
  EXPECT_EQ(after.name, before.name);
  EXPECT_EQ(after.expires_at, before.expires_at);
  EXPECT_TRUE(second.submit(ann_, id));
}

TEST_F(RecoveryTest, OldJobsAreSweptAndYoungOnesKept) {
  ServiceHarness& life = live();
  ProjectId project = life.project_of(ann_);
  JobId old = life.submit(ann_, project).value();
  life.wait(old);
  life.clock_.advance(23h);
  JobId young = life.submit(ann_, project).value();
  life.wait(young);
  life.clock_.advance(1h + 1ms);
  bool gone = false;
  for (int i = 0; i < 1000 && !gone; ++i) gone = !life.find(ann_, old);
  EXPECT_TRUE(gone);
  EXPECT_TRUE(life.find(ann_, young));
}

class UnrecordedEndTest : public ServiceTest {};

TEST_F(UnrecordedEndTest, IsToldAllTheSameAndRecordedLater) {
  options_.sweep_interval = 1ms;
  start();
  hang();
  JobId id = submit(ann_, project_of(ann_)).value();
  store_.fault = internal_error("disk full");
  sandbox_->end(0, Exited{4});
  EXPECT_EQ(wait(id).job.exit_code, 4);
  EXPECT_EQ(find(ann_, id)->job.exit_code, 4);
  EXPECT_FALSE(store_.jobs.at(id).job.finished_at);
  store_.fault.reset();
  EXPECT_TRUE(run_until(loop_, [&] { return store_.jobs.at(id).job.finished_at.has_value(); }));
  EXPECT_EQ(find(ann_, id)->job.exit_code, 4);
}

}  // namespace
}  // namespace glovebox
