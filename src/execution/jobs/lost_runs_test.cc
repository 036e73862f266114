// Jobs that ran when the server was lost run again, and their followers begin again.
#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <utility>

#include "execution/recovery_fixture.h"

namespace glovebox {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class LostRunsTest : public RecoveryTest {};

// A restored job may run, and tell its output, before the last one is restored.
TEST_F(LostRunsTest, WhatARestoredJobWroteSurvivesASecondCrash) {
  ServiceHarness& first = live();
  first.hang();
  ProjectId project = first.project_of(ann_);
  JobId ran = first.submit_its_own(ann_, project).value();
  for (int i = 0; i < 5; ++i) first.submit_its_own(ann_, project).value();
  settle(first.loop_);
  die();
  prepare_ = [](ServiceHarness& life) {
    life.sandbox_->script = [](const SandboxSpec&) {
      FakeRun run;
      run.out = "told\n";
      run.hangs = true;
      return run;
    };
  };
  ServiceHarness& second = live();
  auto told = [&] { return second.find(ann_, ran)->output.size() == 1; };
  ASSERT_TRUE(run_until(second.loop_, told));
  die();
  prepare_ = nullptr;
  ServiceHarness& third = live();
  ExecutionResult again = third.wait(ran);
  EXPECT_EQ(again.job.attempt, 3);
  EXPECT_TRUE(again.output.empty()) << "of a lost run nothing is left";
}

TEST_F(LostRunsTest, AJobThatRanBeginsAgainUntilItsLastAttemptIsLost) {
  std::function<FakeRun(const SandboxSpec&)> script = [](const SandboxSpec&) {
    FakeRun run;
    run.out = "one\ntwo\nprompt> ";
    run.hangs = true;
    return run;
  };
  prepare_ = [script](ServiceHarness& life) { life.sandbox_->script = script; };
  ServiceHarness& first = live();
  JobId id = first.submit_its_own(ann_, first.project_of(ann_)).value();
  std::filesystem::path journals = folder_.path() / "output";
  for (int attempt = 1; attempt <= kMostAttempts; ++attempt) {
    auto give_up = std::chrono::steady_clock::now() + kTestPatience;
    while (life_->find(ann_, id)->output.size() < 3) {
      settle(life_->loop_);
      ASSERT_LT(std::chrono::steady_clock::now(), give_up);
    }
    Job job = life_->find(ann_, id)->job;
    EXPECT_EQ(job.attempt, attempt);
    EXPECT_EQ(job.output.bytes, 16) << "nothing of an earlier run is left";
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(journals), {}), 1);
    die();
    if (attempt < kMostAttempts) live();
  }
  // Its writer died in the middle of the last piece.
  std::filesystem::path file = journals / (id.str() + ".3");
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
  ServiceHarness& last = live();
  ExecutionResult result = last.find(ann_, id).value();
  EXPECT_THAT(result.output, ElementsAre("one", "two"));
  EXPECT_EQ(result.job.status, JobStatus::kFailed);
  EXPECT_EQ(result.job.reason, "server-restarted");
  EXPECT_EQ(result.job.attempt, 3);
  EXPECT_EQ(result.job.output.lines, 2);
  EXPECT_EQ(result.job.output.bytes, 8);
  EXPECT_TRUE(std::filesystem::is_empty(journals));
  EXPECT_TRUE(last.sandbox_->specs().empty());
}

// The record of the start, or of the lost run, may have been refused: the journal tells.
TEST_F(LostRunsTest, AJournalAloneTellsWhichAttemptRan) {
  ServiceHarness& first = live();
  first.hang();
  ProjectId project = first.project_of(ann_);
  JobId runs = first.submit_its_own(ann_, project).value();
  JobId waits = first.submit_its_own(ann_, project).value();
  settle(first.loop_);
  die();
  std::filesystem::path journals = folder_.path() / "output";
  std::ofstream(journals / (runs.str() + ".2")) << "";
  std::ofstream(journals / waits.str()) << "";
  ServiceHarness& second = live();
  EXPECT_EQ(second.wait(runs).job.attempt, 3);
  EXPECT_EQ(second.wait(waits).job.attempt, 2);
}

TEST_F(LostRunsTest, AFollowerOfALostRunBeginsWithTheNewOne) {
  std::string says = "one\ntwo\n";
  prepare_ = [&](ServiceHarness& life) {
    life.sandbox_->script = [&](const SandboxSpec&) {
      FakeRun run;
      run.out = says;
      run.hangs = says == "one\ntwo\n";
      return run;
    };
  };
  ServiceHarness& first = live();
  JobId id = first.submit_its_own(ann_, first.project_of(ann_)).value();
  StoryPlace place;
  {
    auto follower = await(first.loop_, first.service_->parts().jobs.follow(ann_, id, 0)).value();
    while (place.told < 2) {
      JobEvent event = await(first.loop_, follower->next(10s)).value();
      EXPECT_EQ(event.attempt, 1);
      place = StoryPlace(event.told, event.attempt);
    }
  }
  die();
  says = "three\n";
  ServiceHarness& second = live();
  Jobs& jobs = second.service_->parts().jobs;
  second.wait(id);
  for (const StoryPlace& from : {place, StoryPlace(), StoryPlace(99), StoryPlace(0, 2)}) {
    auto follower = await(second.loop_, jobs.follow(ann_, id, from)).value();
    JobEvent status = await(second.loop_, follower->next(10s)).value();
    EXPECT_EQ(std::get<JobEvent::Status>(status.what).attempt, 2);
    EXPECT_EQ(std::pair(status.attempt, status.told), std::pair(2, std::int64_t{0}));
    JobEvent output = await(second.loop_, follower->next(10s)).value();
    EXPECT_EQ(std::get<JobEvent::Output>(output.what).text, "three\n");
    EXPECT_EQ(std::pair(output.attempt, output.told), std::pair(2, std::int64_t{1}));
  }
  auto rest = await(second.loop_, jobs.follow(ann_, id, StoryPlace(1, 2))).value();
  await(second.loop_, rest->next(10s));
  JobEvent last = await(second.loop_, rest->next(10s)).value();
  EXPECT_EQ(std::get<JobEvent::Complete>(last.what).job->attempt, 2);
  for (const StoryPlace& nowhere : {StoryPlace(2, 2), StoryPlace(0, 3)}) {
    EXPECT_EQ(await(second.loop_, jobs.follow(ann_, id, nowhere)).error().kind(),
              ErrorKind::kValidation);
  }
}

}  // namespace
}  // namespace glovebox
