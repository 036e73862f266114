#include "execution/job_observer.h"

#include <gmock/gmock.h>

#include "execution/service_fixture.h"

namespace glovebox {
namespace {

using testing::ElementsAre;

class Seen final : public JobObserver {
 public:
  void job_queued(const AcceptedAs& job) override { add("queued", job.id); }
  void job_started(const Job& job) override {
    EXPECT_TRUE(job.started_at);
    add("started", job.id);
  }
  void run_ended(const AcceptedAs&, const Result<SandboxResult>& result) override {
    ++(result.has_error() && is_lost_run(result.error()) ? lost_runs : runs);
  }
  void job_ended(const Job& job) override {
    EXPECT_TRUE(is_final(job.status));
    EXPECT_TRUE(job.finished_at);
    add(std::string("ended ") + std::string(job_status_name(job.status)), job.id);
  }
  void job_recorded(const Job& job) override { add("recorded", job.id); }
  void output_appended(const JobId&, OutputStream, std::string_view bytes) override {
    output += bytes;
  }
  bool wants_all_output() const override { return all_output; }

  std::vector<std::string> events;
  std::vector<JobId> ids;
  std::string output;
  bool all_output = false;
  int runs = 0;
  int lost_runs = 0;

 private:
  void add(std::string event, const JobId& id) {
    events.push_back(std::move(event));
    ids.push_back(id);
  }
};

class JobObserverTest : public ServiceTest {
 protected:
  JobObserverTest() { options_.observers = {&seen_, &second_}; }
  ~JobObserverTest() override {
    if (service_) await(loop_, service_->drain(std::chrono::milliseconds(0)));
    service_.reset();  // before the observers
  }
  void settle() { glovebox::settle(loop_); }
  Seen seen_;
  Seen second_;
};

TEST_F(JobObserverTest, EveryObserverSeesEachStepOfAJobInOrder) {
  start();
  sandbox_->script = [](const SandboxSpec&) {
    FakeRun run;
    run.out = "hello\n";
    return run;
  };
  JobId id = submit(ann_, project_of(ann_)).value();
  wait(id);
  EXPECT_THAT(seen_.events, ElementsAre("queued", "started", "ended completed", "recorded"));
  EXPECT_THAT(seen_.ids, testing::Each(id));
  EXPECT_EQ(seen_.output, "hello\n");
  EXPECT_EQ(second_.events, seen_.events);
}

TEST_F(JobObserverTest, ALostRunIsToldAndTheJobStartsAgain) {
  start();
  hang();
  JobId id = submit(ann_, project_of(ann_)).value();
  settle();
  sandbox_->lose(0);
  settle();
  sandbox_->end(1);
  wait(id);
  EXPECT_EQ(seen_.lost_runs, 1);
  EXPECT_EQ(seen_.runs, 1);
  EXPECT_THAT(seen_.events,
              ElementsAre("queued", "started", "queued", "started", "ended completed", "recorded"));
}

TEST_F(JobObserverTest, TheLoadHasWhatWaitsAndForHowLong) {
  start();
  hang();
  ProjectId project = project_of(ann_);
  JobId running = submit(ann_, project).value();
  const ServiceStatus& status = service_->parts().status;
  EXPECT_EQ(status.load().queued, 0u);
  EXPECT_FALSE(status.load().oldest_wait);
  JobId first = submit(ann_, project).value();
  clock_.advance(std::chrono::seconds(3));
  JobId second = submit(ann_, project).value();
  ServiceLoad load = status.load();
  EXPECT_EQ(load.queued, 2u);
  EXPECT_EQ(load.queue_capacity, options_.queue_capacity);
  EXPECT_EQ(load.oldest_wait, std::chrono::seconds(3));
  for (const JobId& id : {first, second, running}) ASSERT_TRUE(cancel(ann_, id));
  for (const JobId& id : {first, second, running}) wait(id);
  EXPECT_FALSE(status.load().oldest_wait);
}

TEST_F(JobObserverTest, UploadsAreToldOnceAsTheClientIsTold) {
  struct Uploads final : ProjectObserver {
    void project_added(const Result<Project>& project) override {
      told.push_back(project.has_value() ? project->name
                                         : std::string(error_type(project.error().kind())));
    }
    std::vector<std::string> told;
  } uploads;
  options_.project_observer = &uploads;
  start();
  ASSERT_TRUE(upload("content", ann_));
  ASSERT_FALSE(upload("hostile", ann_));
  EXPECT_THAT(uploads.told, ElementsAre("a.zip", error_type(ErrorKind::kUnprocessable)));
  await(loop_, service_->drain(std::chrono::milliseconds(0)));
  service_.reset();
}

TEST_F(JobObserverTest, ACancelledJobThatNeverRanIsNotStarted) {
  start();
  hang();
  ProjectId project = project_of(ann_);
  JobId first = submit(ann_, project).value();
  JobId second = submit(ann_, project).value();
  ASSERT_EQ(status_of(ann_, first), JobStatus::kRunning);
  ASSERT_EQ(status_of(ann_, second), JobStatus::kQueued);
  seen_.events.clear();
  ASSERT_TRUE(cancel(ann_, second));
  wait(second);
  EXPECT_THAT(seen_.events, ElementsAre("ended cancelled", "recorded"));
}

TEST_F(JobObserverTest, AnEndThatTheStoreRefusesIsRecordedLater) {
  options_.record_again = std::chrono::milliseconds(5);
  start();
  ProjectId project = project_of(ann_);
  JobId id = submit(ann_, project).value();
  store_.fault = internal_error("disk full");
  wait(id);
  EXPECT_THAT(seen_.events, ElementsAre("queued", "started", "ended completed"));
  store_.fault.reset();
  await(loop_, service_->drain(std::chrono::milliseconds(0)));
  EXPECT_THAT(seen_.events, ElementsAre("queued", "started", "ended completed", "recorded"));
}

TEST_F(JobObserverTest, TheObserverGetsRawOutputWithoutLimits) {
  seen_.all_output = true;
  start();
  std::string flood(3 << 20, 'x');
  sandbox_->script = [&](const SandboxSpec&) {
    FakeRun run;
    run.out = flood;
    return run;
  };
  ExecutionResult result = wait(submit(ann_, project_of(ann_)).value());
  EXPECT_EQ(seen_.output, flood);
  EXPECT_TRUE(result.job.output.truncated);
  EXPECT_EQ(result.job.output.bytes, 3 << 20);
  ASSERT_EQ(result.output.size(), 1u);
  EXPECT_EQ(result.output[0].size(), std::size_t{1} << 20);
  EXPECT_EQ(result.job.status, JobStatus::kCompleted) << "the exit code still decides";
}

}  // namespace
}  // namespace glovebox
