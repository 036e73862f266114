// From a request to its response.
#include <gmock/gmock.h>

#include "execution/service_fixture.h"

namespace glovebox {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class SubmitTest : public ServiceTest {};

TEST_F(SubmitTest, RunsAToolOnAProjectAndReportsItsEnd) {
  start();
  sandbox_->script = [this](const SandboxSpec&) {
    clock_.advance(250ms);
    FakeRun run;
    run.out = "hello\nworld\n";
    run.outcome = Exited{3};
    run.usage.peak_processes = 2;
    return run;
  };
  ProjectId project = project_of(ann_);
  ExecuteRequest asked = request(project);
  asked.parameters["file"] = "b.txt";
  asked.stdin_text = "typed";
  Result<JobId> id = submit(ann_, asked);
  ASSERT_TRUE(id);
  ExecutionResult result = wait(*id);
  EXPECT_THAT(result.output, ElementsAre("hello", "world"));
  EXPECT_EQ(result.job.status, JobStatus::kFailed);
  EXPECT_EQ(result.job.exit_code, 3);
  EXPECT_EQ(result.job.reason, "exit-code");
  EXPECT_EQ(result.job.owner, ann_);
  EXPECT_EQ(result.job.output.lines, 2);
  EXPECT_EQ(result.job.usage.peak_processes, 2);
  EXPECT_THAT(result.job.isolation, ElementsAre("namespaces", "seccomp"));
  EXPECT_EQ(*result.job.finished_at - *result.job.started_at, 250ms);

  ASSERT_EQ(sandbox_->specs().size(), 1u);
  EXPECT_THAT(sandbox_->specs()[0].argv, ElementsAre("cat", "b.txt"));
  EXPECT_EQ(sandbox_->specs()[0].project, store_.projects.at(project).sha256);
  EXPECT_EQ(sandbox_->specs()[0].limits.wall_time, 10s);
  EXPECT_THAT(sandbox_->stdin_texts(), ElementsAre("typed"));

  EXPECT_EQ(find(ann_, *id)->output, result.output) << "from the store";
}

TEST_F(SubmitTest, TheJobIsRecordedBeforeItsIdIsSent) {
  start();
  hang();
  JobId id = submit_its_own(ann_, project_of(ann_)).value();
  ASSERT_TRUE(store_.jobs.contains(id));
  EXPECT_FALSE(store_.jobs.at(id).job.finished_at);
}

// Its id is sent with its end: nothing is confirmed before.
TEST_F(SubmitTest, ASynchronousJobIsRecordedWithItsEnd) {
  start();
  JobId id = submit(ann_, project_of(ann_)).value();
  EXPECT_FALSE(store_.jobs.contains(id));
  EXPECT_EQ(wait(id).job.status, JobStatus::kCompleted);
  ASSERT_TRUE(store_.jobs.contains(id));
  EXPECT_TRUE(store_.jobs.at(id).job.finished_at);
}

TEST_F(SubmitTest, ALongJobIsRecordedWhileItRuns) {
  start();
  hang();
  ProjectId project = project_of(ann_);
  JobId runs = submit(ann_, project).value();
  JobId waits = submit(ann_, project).value();
  ASSERT_TRUE(run_until(loop_, [&] { return store_.jobs.size() == 2; }));
  ASSERT_TRUE(run_until(loop_, [&] { return store_.jobs.at(runs).job.started_at.has_value(); }));
  EXPECT_FALSE(store_.jobs.at(waits).job.started_at);
  sandbox_->end(0);
  EXPECT_EQ(wait(runs).job.status, JobStatus::kCompleted);
  EXPECT_TRUE(store_.jobs.at(runs).job.finished_at);
}

TEST_F(SubmitTest, AJobThatCannotBeRecordedDoesNotCount) {
  options_.hourly_per_client = 1;
  options_.concurrent_per_client = 1;
  options_.queue_capacity = 1;
  options_.stdin_of_all_jobs = ByteCount(10);
  start();
  ProjectId project = project_of(ann_);
  ExecuteRequest asked = request(project);
  asked.lifetime = Lifetime::kItsOwn;
  asked.stdin_text = "1234567890";
  store_.add_job_fault = internal_error("disk full: /secret/path");
  Result<JobId> refused = submit(ann_, asked);
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().kind(), ErrorKind::kInternal);
  EXPECT_EQ(refused.error().message().find("secret"), std::string::npos);
  store_.add_job_fault.reset();
  EXPECT_TRUE(submit(ann_, asked));
}

TEST_F(SubmitTest, RefusesRequestsThatCannotRunAndNamesTheField) {
  start();
  ProjectId project = project_of(ann_);
  ExecuteRequest unknown = request(project);
  unknown.tool_id = ToolId("cta");
  EXPECT_EQ(submit(ann_, unknown).error().kind(), ErrorKind::kNotFound);

  ExecuteRequest gone = request(project);
  gone.tool_id = ToolId("gone");
  EXPECT_EQ(submit(ann_, gone).error().kind(), ErrorKind::kConflict);

  ExecuteRequest bad = request(project);
  bad.parameters["file"] = 7;
  Error error = submit(ann_, bad).error();
  EXPECT_EQ(error.kind(), ErrorKind::kValidation);
  EXPECT_EQ(error.details().at("field"), "parameters.file");
  EXPECT_TRUE(sandbox_->specs().empty());
}

TEST_F(SubmitTest, AnotherClientsProjectIsNotFound) {
  start();
  ProjectId project = project_of(ann_);
  Error others = submit(bob_, project).error();
  Error nobodys = submit(bob_, ProjectId("prj_none")).error();
  EXPECT_EQ(others.kind(), ErrorKind::kNotFound);
  EXPECT_EQ(nobodys.kind(), ErrorKind::kNotFound);
}

TEST_F(SubmitTest, ATimeoutCanOnlyLowerTheToolsOwn) {
  start();
  ProjectId project = project_of(ann_);
  for (std::chrono::milliseconds timeout : {2000ms, 60'000ms}) {
    ExecuteRequest asked = request(project);
    asked.timeout = timeout;
    Result<JobId> id = submit(ann_, asked);
    ASSERT_TRUE(id);
    wait(*id);
  }
  EXPECT_EQ(sandbox_->specs()[0].limits.wall_time, 2s);
  EXPECT_EQ(sandbox_->specs()[1].limits.wall_time, 10s);
  ExecuteRequest zero = request(project);
  zero.timeout = 0ms;
  Error error = submit(ann_, zero).error();
  EXPECT_EQ(error.kind(), ErrorKind::kValidation);
  EXPECT_EQ(error.details().at("field"), "timeoutMs");
}

TEST_F(SubmitTest, BoundsStandardInputPerJobAndInTotal) {
  options_.stdin_per_job = ByteCount(10);
  options_.stdin_of_all_jobs = ByteCount(15);
  start();
  hang();
  ProjectId project = project_of(ann_);
  ASSERT_TRUE(submit(ann_, project));
  ExecuteRequest asked = request(project);
  asked.stdin_text = std::string(11, 'x');
  EXPECT_EQ(submit(ann_, asked).error().kind(), ErrorKind::kValidation);
  asked.stdin_text = std::string(10, 'x');
  Result<JobId> waits = submit(ann_, asked);
  ASSERT_TRUE(waits);
  asked.stdin_text = std::string(6, 'x');
  EXPECT_EQ(submit(ann_, asked).error().kind(), ErrorKind::kQueueFull);
  asked.stdin_text = std::string(5, 'x');
  EXPECT_TRUE(submit(ann_, asked));
  ASSERT_TRUE(cancel(ann_, *waits));
  asked.stdin_text = std::string(10, 'x');
  EXPECT_TRUE(submit(ann_, asked));
}

TEST_F(SubmitTest, AFullQueueRefusesAndCountsNothing) {
  options_.queue_capacity = 2;
  options_.hourly_per_client = 10;
  start();
  hang();
  ProjectId project = project_of(ann_);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(submit(ann_, project)) << "one runs, two wait";
  Error error = submit(ann_, project).error();
  EXPECT_EQ(error.kind(), ErrorKind::kQueueFull);
  EXPECT_TRUE(error.retry_after());
  EXPECT_EQ(service_->parts().jobs.rate_limit(ann_).remaining, 7);
}

TEST_F(SubmitTest, QuotasRefuseWithTheirNumbers) {
  options_.hourly_per_client = 3;
  options_.concurrent_per_client = 2;
  options_.queue_capacity = 1;
  start(2);
  hang();
  ProjectId project = project_of(ann_);
  JobId first = submit(ann_, project).value();
  ASSERT_TRUE(submit(ann_, project));
  Error busy = submit(ann_, project).error();
  EXPECT_EQ(busy.kind(), ErrorKind::kRateLimit);
  EXPECT_EQ(busy.details().at("limit"), "concurrent_per_client");
  EXPECT_TRUE(submit(bob_, project_of(bob_))) << "the refused one took no place";
  sandbox_->end(0);
  wait(first);
  ASSERT_TRUE(submit(ann_, project));
  for (std::size_t run = 1; run < 4; ++run) {
    ASSERT_TRUE(run_until(loop_, [&] { return sandbox_->specs().size() > run; }));
    sandbox_->end(run);
  }
  ASSERT_TRUE(run_until(loop_, [&] { return sandbox_->running() == 0; }));
  settle(loop_);
  Error often = submit(ann_, project).error();
  EXPECT_EQ(often.details().at("limit"), "hourly_per_client");
  EXPECT_EQ(often.retry_after(), 3600s);
  EXPECT_EQ(service_->parts().jobs.rate_limit(ann_).remaining, 0);
}

TEST_F(SubmitTest, ClientsTakeTurns) {
  start();
  hang();
  ProjectId anns = project_of(ann_);
  ProjectId bobs = project_of(bob_);
  std::vector<JobId> ids;
  for (int i = 0; i < 4; ++i) ids.push_back(submit(ann_, anns).value());
  JobId bobs_job = submit(bob_, bobs).value();
  EXPECT_EQ(service_->parts().jobs.queue_status(bob_, bobs_job)->position, 2);
  EXPECT_EQ(service_->parts().jobs.queue_status(ann_, ids[0])->position, 0);
  EXPECT_EQ(service_->parts().jobs.queue_status(ann_, ids[3])->position, 4);
  EXPECT_EQ(queue(bob_).pending, 4);
  EXPECT_EQ(queue(bob_).running, 1);
  sandbox_->end(0);
  wait(ids[0]);
  sandbox_->end(1);
  wait(ids[1]);
  EXPECT_EQ(service_->parts().jobs.queue_status(bob_, bobs_job)->position, 0);
  EXPECT_EQ(status_of(bob_, bobs_job), JobStatus::kRunning);
}

TEST_F(SubmitTest, QueueStatusIsTheSameForAForeignJobAndNone) {
  start();
  hang();
  JobId id = submit(ann_, project_of(ann_)).value();
  EXPECT_TRUE(service_->parts().jobs.queue_status(ann_, id));
  EXPECT_EQ(service_->parts().jobs.queue_status(bob_, id).error().kind(), ErrorKind::kNotFound);
  EXPECT_EQ(find(bob_, id).error().kind(), ErrorKind::kNotFound);
  EXPECT_EQ(cancel(bob_, id).error().kind(), ErrorKind::kNotFound);
  EXPECT_EQ(queue(ann_).position, 1) << "the position of one more";
}

TEST_F(SubmitTest, AnIdleServerRunsAJobImmediately) {
  start();
  EXPECT_EQ(queue(ann_).position, 0);
  EXPECT_EQ(queue(ann_).estimated_wait, 0ms);
}

TEST_F(SubmitTest, NeverRunsMoreThanThereAreSlots) {
  start(3);
  ProjectId project = project_of(ann_);
  std::vector<JobId> ids;
  for (int i = 0; i < 20; ++i) ids.push_back(submit(ann_, project).value());
  for (const JobId& id : ids) EXPECT_EQ(wait(id).job.status, JobStatus::kCompleted);
  EXPECT_LE(sandbox_->peak_running(), 3u);
  EXPECT_EQ(sandbox_->specs().size(), 20u);
}

TEST_F(SubmitTest, SeveralMayWaitForOneJob) {
  start();
  hang();
  JobId id = submit(ann_, project_of(ann_)).value();
  int told = 0;
  for (int i = 0; i < 3; ++i) {
    boost::asio::co_spawn(loop_, service_->parts().jobs.wait(id),
                          [&](std::exception_ptr, Result<ExecutionResult> result) {
                            told += result && is_final(result->job.status);
                          });
  }
  settle(loop_);
  EXPECT_EQ(told, 0);
  sandbox_->end(0);
  EXPECT_TRUE(run_until(loop_, [&] { return told == 3; }));
}

TEST_F(SubmitTest, TheUsageOfARunningJobIsReportedAsItGrows) {
  start();
  sandbox_->script = [](const SandboxSpec&) {
    FakeRun run;
    run.hangs = true;
    run.usage.peak_processes = 3;
    run.usage.user = std::chrono::milliseconds(40);
    return run;
  };
  JobId id = submit(ann_, project_of(ann_)).value();
  settle(loop_);
  Usage used = find(ann_, id).value().job.usage;
  EXPECT_EQ(used.peak_processes, 3);
  EXPECT_EQ(used.user.count(), 40);
  sandbox_->end(0);
  wait(id);
}

TEST_F(SubmitTest, AFailureOfGloveboxIsReportedWithoutSecrets) {
  start();
  sandbox_->script = [](const SandboxSpec&) {
    FakeRun run;
    run.error = internal_error("launcher 4711 died at /secret");
    return run;
  };
  ProjectId project = project_of(ann_);
  ExecutionResult result = wait(submit(ann_, project).value());
  EXPECT_EQ(result.job.status, JobStatus::kFailed);
  EXPECT_EQ(result.job.reason, "");
  EXPECT_FALSE(result.job.message.empty());
  EXPECT_EQ(result.job.message.find("secret"), std::string::npos);
  sandbox_->script = [](const SandboxSpec&) { return FakeRun(); };
  EXPECT_EQ(wait(submit(ann_, project).value()).job.status, JobStatus::kCompleted);
}

TEST_F(SubmitTest, AMissingProgramIsReportedToTheUser) {
  start();
  sandbox_->script = [](const SandboxSpec&) {
    FakeRun run;
    run.error = Error(ErrorKind::kUser, "./build.sh: not found");
    return run;
  };
  ExecutionResult result = wait(submit(ann_, project_of(ann_)).value());
  EXPECT_EQ(result.job.status, JobStatus::kFailed);
  EXPECT_EQ(result.job.message, "./build.sh: not found");
}

TEST_F(SubmitTest, ArtifactsAreListedAndPassedOn) {
  std::vector<CollectedArtifact> handed;
  options_.on_artifacts = [&](const JobId&, std::vector<CollectedArtifact> artifacts) {
    handed = std::move(artifacts);
  };
  start();
  sandbox_->script = [](const SandboxSpec&) {
    FakeRun run;
    run.artifacts.push_back({"out/a.js", 12, UniqueFd(::memfd_create("a", MFD_CLOEXEC))});
    run.artifacts.push_back({"bad\xff", 1, UniqueFd()});
    return run;
  };
  JobId id = submit(ann_, project_of(ann_)).value();
  std::vector<Artifact> expected{{"out/a.js", 12}, {"bad\xef\xbf\xbd", 1}};
  EXPECT_EQ(wait(id).job.artifacts, expected);
  EXPECT_EQ(find(ann_, id)->job.artifacts, expected);
  ASSERT_EQ(handed.size(), 2u);
  EXPECT_TRUE(handed[0].content.valid());
}

}  // namespace
}  // namespace glovebox
