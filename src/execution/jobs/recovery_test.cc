// What remains in the next process of a service.
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "execution/recovery_fixture.h"

namespace glovebox {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

TEST_F(RecoveryTest, AnEndedJobAndItsOutputSurviveARestart) {
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

TEST_F(RecoveryTest, JobsThatBelongToAConnectionEndWithIt) {
  ServiceHarness& first = live();
  first.hang();
  ProjectId project = first.project_of(ann_);
  JobId ran = first.submit(ann_, project).value();
  JobId waited = first.submit(ann_, project).value();
  auto recorded = [&] {
    HistoryPage page = await(first.loop_, first.service_->parts().jobs.history(ann_, {})).value();
    auto runs = [](const Job& job) { return job.started_at.has_value(); };
    return page.jobs.size() == 2 && std::any_of(page.jobs.begin(), page.jobs.end(), runs);
  };
  auto give_up = std::chrono::steady_clock::now() + kTestPatience;
  while (!recorded()) ASSERT_LT(std::chrono::steady_clock::now(), give_up);
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

TEST_F(RecoveryTest, JobsThatWaitedRunInTheirOrder) {
  ServiceHarness& first = live();
  first.hang();
  ProjectId project = first.project_of(ann_);
  JobId runs = first.submit_its_own(ann_, project).value();
  std::vector<JobId> waiting;
  for (const char* text : {"one", "two", "three"}) {
    ExecuteRequest asked = first.request(project);
    asked.lifetime = Lifetime::kItsOwn;
    asked.stdin_text = text;
    asked.timeout = 7s;
    asked.parameters["file"] = std::string(text) + ".txt";
    waiting.push_back(first.submit(ann_, std::move(asked)).value());
  }
  settle(first.loop_);
  WallTime created = first.find(ann_, waiting[0])->job.created_at;
  die();
  ServiceHarness& second = live();
  for (const JobId& id : waiting) {
    Job job = second.wait(id).job;
    EXPECT_EQ(job.status, JobStatus::kCompleted);
    EXPECT_EQ(job.created_at, created);
    EXPECT_EQ(job.owner, ann_);
  }
  EXPECT_THAT(second.sandbox_->stdin_texts(), ElementsAre("", "one", "two", "three"));
  const SandboxSpec& spec = second.sandbox_->specs()[1];
  EXPECT_THAT(spec.argv, ElementsAre("cat", "one.txt"));
  EXPECT_EQ(spec.limits.wall_time, 7s);
  Job ran = second.find(ann_, runs)->job;
  EXPECT_EQ(ran.status, JobStatus::kCompleted);
  EXPECT_EQ(ran.attempt, 2);
  EXPECT_EQ(second.find(ann_, waiting[0])->job.attempt, 1);
  die();
  ServiceHarness& third = live();
  EXPECT_EQ(third.find(ann_, waiting[2])->job.status, JobStatus::kCompleted);
  EXPECT_TRUE(third.sandbox_->specs().empty()) << "an ended job does not run again";
}

TEST_F(RecoveryTest, AFollowerContinuesAfterARestart) {
  ServiceHarness& first = live();
  first.sandbox_->script = [](const SandboxSpec&) {
    FakeRun run;
    run.out = "one\ntwo\n";
    run.hangs = true;
    return run;
  };
  // Only the follower makes this job's output outlive the process. It ends with its connection, so
  // it does not run again.
  JobId id = first.submit(ann_, first.project_of(ann_)).value();
  std::int64_t told = 0;
  {
    auto follower = await(first.loop_, first.service_->parts().jobs.follow(ann_, id, 0)).value();
    while (told < 2) {
      std::optional<JobEvent> event = await(first.loop_, follower->next(10s));
      ASSERT_TRUE(event);
      told = event->told;
    }
  }
  die();
  ServiceHarness& second = live();
  auto follower = await(second.loop_, second.service_->parts().jobs.follow(ann_, id, told)).value();
  auto is = [](const JobEvent& event, const auto& what) {
    return std::holds_alternative<std::decay_t<decltype(what)>>(event.what);
  };
  EXPECT_TRUE(is(await(second.loop_, follower->next(10s)).value(), JobEvent::Status()));
  EXPECT_TRUE(is(await(second.loop_, follower->next(10s)).value(), JobEvent::Complete()));
  auto all = await(second.loop_, second.service_->parts().jobs.follow(ann_, id, 0)).value();
  await(second.loop_, all->next(10s));
  JobEvent output = await(second.loop_, all->next(10s)).value();
  EXPECT_EQ(std::get<JobEvent::Output>(output.what).text, "one\ntwo\n");
  // A power failure may lose output that was already sent.
  EXPECT_TRUE(await(second.loop_, second.service_->parts().jobs.follow(ann_, id, 99)));
}

TEST_F(RecoveryTest, AJobWhoseToolWasRemovedSaysSo) {
  ServiceHarness& first = live();
  first.hang();
  ProjectId project = first.project_of(ann_);
  ASSERT_TRUE(first.submit_its_own(ann_, project));
  JobId id = first.submit_its_own(ann_, project).value();
  die();
  prepare_ = [](ServiceHarness& life) {
    std::filesystem::remove(life.folder_.path() / "tools/cat.toml");
  };
  ServiceHarness& second = live();
  Job job = second.find(ann_, id)->job;
  EXPECT_EQ(job.status, JobStatus::kFailed);
  EXPECT_EQ(job.reason, "server-restarted");
  EXPECT_NE(job.message.find("cat"), std::string::npos) << job.message;
}

TEST_F(RecoveryTest, AProjectStaysForTheJobsThatWereAcceptedInTime) {
  ServiceHarness& first = live();
  first.hang();
  ProjectId project = first.project_of(ann_);
  ASSERT_TRUE(first.submit_its_own(ann_, project));
  JobId id = first.submit_its_own(ann_, project).value();
  die();
  prepare_ = [](ServiceHarness& life) { life.clock_.advance(48h); };
  ServiceHarness& second = live();
  EXPECT_EQ(second.wait(id).job.status, JobStatus::kCompleted);
  EXPECT_EQ(second.submit(ann_, project).error().kind(), ErrorKind::kNotFound);
}

TEST_F(RecoveryTest, RecoveredJobsCountAgainstTheLimitsAndMayExceedThem) {
  ServiceHarness& first = live();
  first.hang();
  ProjectId project = first.project_of(ann_);
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(first.submit_its_own(ann_, project));
  die();
  prepare_ = [](ServiceHarness& life) {
    life.options_.queue_capacity = 1;
    life.options_.concurrent_per_client = 2;
    life.hang();
  };
  ServiceHarness& second = live();
  EXPECT_EQ(second.queue(ann_).pending, 3) << "four are left, and one of them runs";
  EXPECT_EQ(second.submit(bob_, second.project_of(bob_)).error().kind(), ErrorKind::kQueueFull);
  EXPECT_EQ(second.submit(ann_, project).error().kind(), ErrorKind::kQueueFull);
  for (std::size_t i = 0; i < 4; ++i) {
    ASSERT_TRUE(run_until(second.loop_, [&] { return second.sandbox_->specs().size() == i + 1; }));
    second.sandbox_->end(i);
  }
  ASSERT_TRUE(run_until(second.loop_, [&] { return second.sandbox_->running() == 0; }));
  settle(second.loop_);
  EXPECT_TRUE(second.submit(ann_, project));
}

TEST_F(RecoveryTest, ADrainLeavesUnfinishedJobsForTheNextProcess) {
  ServiceHarness& first = live();
  first.hang();
  ProjectId project = first.project_of(ann_);
  JobId runs = first.submit_its_own(ann_, project).value();
  JobId waits = first.submit_its_own(ann_, project).value();
  JobId goes = first.submit(ann_, project).value();
  auto follower = await(first.loop_, first.service_->parts().jobs.follow(ann_, waits, 0)).value();
  await(first.loop_, first.service_->drain(0ms));
  await(first.loop_, follower->next(10s));
  EXPECT_FALSE(await(first.loop_, follower->next(10s)));
  EXPECT_TRUE(follower->over());
  Result<ExecutionResult> waited = await(first.loop_, first.service_->parts().jobs.wait(waits));
  EXPECT_EQ(waited.error().kind(), ErrorKind::kQueueFull);
  EXPECT_NE(waited.error().message().find(waits.str()), std::string::npos);
  follower.reset();
  life_.reset();
  ServiceHarness& second = live();
  EXPECT_EQ(second.wait(waits).job.status, JobStatus::kCompleted);
  EXPECT_EQ(second.wait(waits).job.attempt, 1);
  EXPECT_EQ(second.wait(runs).job.status, JobStatus::kCompleted);
  EXPECT_EQ(second.wait(runs).job.attempt, 2);
  EXPECT_EQ(second.find(ann_, goes)->job.reason, "server-restarted");
  EXPECT_EQ(second.sandbox_->specs().size(), 2u);
}

TEST_F(RecoveryTest, AKeyNamesItsJobAfterARestartToo) {
  ServiceHarness& first = live();
  ExecuteRequest asked = first.request(first.project_of(ann_));
  asked.lifetime = Lifetime::kItsOwn;
  asked.idempotency_key = "once";
  JobId id = first.submit(ann_, asked).value();
  first.wait(id);
  die();
  ServiceHarness& second = live();
  SubmittedJob again =
      await(second.loop_, second.service_->parts().jobs.submit(ann_, asked)).value();
  EXPECT_EQ(again.id, id);
  EXPECT_TRUE(again.repeated);
  EXPECT_TRUE(second.sandbox_->specs().empty());
}

TEST_F(RecoveryTest, ProjectsSurvive) {
  ServiceHarness& first = live();
  ProjectId id = first.project_of(ann_);
  Project before = first.find_project(ann_, id).value();
  die();
  ServiceHarness& second = live();
  Project after = second.find_project(ann_, id).value();
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

TEST_F(UnrecordedEndTest, IsReportedImmediatelyAndRecordedLater) {
  options_.sweep_interval = 1ms;
  start();
  hang();
  ProjectId project = project_of(ann_);
  for (std::size_t i = 0; i < 2; ++i) {
    JobId id = (i == 0 ? submit(ann_, project) : submit_its_own(ann_, project)).value();
    store_.fault = internal_error("disk full");
    sandbox_->end(i, Exited{4});
    EXPECT_EQ(wait(id).job.exit_code, 4);
    EXPECT_EQ(find(ann_, id)->job.exit_code, 4);
    EXPECT_FALSE(store_.jobs[id].job.finished_at);
    store_.fault.reset();
    EXPECT_TRUE(run_until(loop_, [&] { return store_.jobs.at(id).job.finished_at.has_value(); }));
    EXPECT_EQ(find(ann_, id)->job.exit_code, 4);
  }
}

}  // namespace
}  // namespace glovebox
