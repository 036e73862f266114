// Check-ups as a whole: choice of tools, quota, order, cancel, recovery, events.
#include <gtest/gtest.h>

#include "execution/service_fixture.h"

namespace glovebox {
namespace {

class CheckupsTest : public ServiceTest {
 protected:
  CheckupsTest() {
    for (const char* id : {"one", "two", "three"}) add_tool(id, "checkup = true\n");
    add_tool("apart", "");
    add_tool("asks",
             "command = [\"true\", \"{x}\"]\ncheckup = true\n[[parameters]]\nname = \"x\"\ntitle = "
             "\"x\"\n"
             "description = \"x\"\ntype = \"string\"\nrequired = true\n");
  }
  void add_tool(const std::string& id, const std::string& rest) {
    std::string command = "command = [\"true\", \"" + id + "\"]\n";
    if (rest.starts_with("command")) command.clear();
    folder_.write("tools/" + id + ".toml",
                  "id = \"" + id + "\"\nname = \"" + id +
                      "\"\ndescription = \"For tests.\"\n"
                      "category = \"Test\"\nstatus = \"available\"\ninputs = [\"*\"]\n"
                      "timeout = \"10s\"\nexit_codes = {clean = [0]}\n" +
                      command + rest);
  }
  Checkups& checkups() { return service_->parts().checkups; }
  Result<SubmittedCheckup> ask(const CheckupRequest& request) {
    return await(loop_, checkups().submit(ann_, request));
  }
  CheckupRequest all_of(const ProjectId& project) {
    CheckupRequest request;
    request.project_id = project;
    return request;
  }
  CheckupRequest named(const ProjectId& project, std::vector<ToolId> tools) {
    CheckupRequest request = all_of(project);
    request.tools = std::move(tools);
    return request;
  }
  Checkup now(const CheckupId& id) { return await(loop_, checkups().find(ann_, id)).value(); }
  std::vector<std::string> tools_of(const Checkup& checkup) {
    std::vector<std::string> tools;
    for (const Job& job : checkup.jobs) tools.push_back(job.tool_id.str());
    return tools;
  }
  std::unique_ptr<CheckupFollower> follow(const CheckupId& id, const std::string& after = "") {
    return await(loop_, checkups().follow(ann_, id, after)).value();
  }
  // "queued one", … as they arrive, and "complete".
  std::vector<std::string> story(CheckupFollower& follower, std::size_t most = 100) {
    std::vector<std::string> told;
    while (told.size() < most) {
      auto event = await(loop_, follower.next(std::chrono::milliseconds(2000)));
      if (!event) break;
      last_id_ = event->told;
      if (auto* changed = std::get_if<CheckupEvent::JobChanged>(&event->what)) {
        told.push_back(std::string(job_status_name(changed->job.status)) + " " +
                       changed->job.tool_id.str());
      } else {
        told.push_back("complete");
        break;
      }
    }
    return told;
  }
  std::string last_id_;
};

using Texts = std::vector<std::string>;

TEST_F(CheckupsTest, ItRunsEveryToolThatTakesPartAndCanRun) {
  start(4);
  Checkup checkup = ask(all_of(project_of(ann_)))->checkup;
  EXPECT_EQ(tools_of(checkup), (Texts{"one", "three", "two"}));
  auto follower = follow(checkup.id);
  EXPECT_EQ(story(*follower).back(), "complete");
  Checkup ended = now(checkup.id);
  EXPECT_EQ(ended.status(), CheckupStatus::kCompleted);
  EXPECT_EQ(ended.verdict(), Verdict::kClean);
  EXPECT_EQ(await(loop_, checkups().find(bob_, checkup.id)).error().kind(), ErrorKind::kNotFound);
}

TEST_F(CheckupsTest, NamedToolsRunInTheirOrderWithTheirParameters) {
  start(4);
  CheckupRequest request =
      named(project_of(ann_), {ToolId("two"), ToolId("asks"), ToolId("apart")});
  request.parameters[ToolId("asks")]["x"] = "y";
  Checkup checkup = ask(request)->checkup;
  EXPECT_EQ(tools_of(checkup), (Texts{"two", "asks", "apart"}));
}

TEST_F(CheckupsTest, BadRequestsNameTheirField) {
  start();
  ProjectId project = project_of(ann_);
  auto field = [&](const CheckupRequest& request) {
    Error error = ask(request).error();
    return std::string(error.details().at("field").as_string());
  };
  EXPECT_EQ(field(named(project, {})), "toolIds");
  EXPECT_EQ(field(named(project, {ToolId("one"), ToolId("one")})), "toolIds");
  CheckupRequest stray = named(project, {ToolId("one")});
  stray.parameters[ToolId("two")]["x"] = 1;
  EXPECT_EQ(field(stray), "parameters.two");
  Error lacking = ask(named(project, {ToolId("one"), ToolId("asks")})).error();
  EXPECT_EQ(lacking.kind(), ErrorKind::kValidation);
  EXPECT_EQ(lacking.details().at("toolId").as_string(), "asks");
  EXPECT_EQ(ask(named(project, {ToolId("gone")})).error().kind(), ErrorKind::kConflict);
  EXPECT_EQ(ask(named(project, {ToolId("nix")})).error().kind(), ErrorKind::kNotFound);
  EXPECT_EQ(queue(ann_).pending + queue(ann_).running, 0);
}

TEST_F(CheckupsTest, ItCountsAsOneExecutionAndOneJob) {
  options_.hourly_per_client = 10;
  options_.concurrent_per_client = 2;
  start(4);
  hang();
  ProjectId project = project_of(ann_);
  Checkup checkup = ask(all_of(project))->checkup;
  EXPECT_EQ(service_->parts().jobs.rate_limit(ann_).remaining, 9);
  ASSERT_TRUE(submit_its_own(ann_, project));
  EXPECT_EQ(submit_its_own(ann_, project).error().kind(), ErrorKind::kRateLimit);
  // Two of its three jobs at a time, and the other job.
  EXPECT_EQ(sandbox_->running(), 3u);
  EXPECT_EQ(now(checkup.id).jobs[2].status, JobStatus::kQueued);
  sandbox_->end(0);
  wait(checkup.jobs[0].id);
  EXPECT_EQ(sandbox_->running(), 3u);
  EXPECT_EQ(now(checkup.id).jobs[2].status, JobStatus::kRunning);
  EXPECT_EQ(submit_its_own(ann_, project).error().kind(), ErrorKind::kRateLimit);
  sandbox_->end(1);
  sandbox_->end(3);
  wait(checkup.jobs[1].id);
  wait(checkup.jobs[2].id);
  EXPECT_TRUE(submit_its_own(ann_, project));
}

TEST_F(CheckupsTest, WithoutRoomInTheQueueNothingOfItIsAccepted) {
  options_.queue_capacity = 2;
  start(1);
  hang();
  ProjectId project = project_of(ann_);
  EXPECT_EQ(ask(all_of(project)).error().kind(), ErrorKind::kQueueFull);
  EXPECT_TRUE(store_.jobs.empty());
  ASSERT_TRUE(ask(named(project, {ToolId("one"), ToolId("two")})));
}

TEST_F(CheckupsTest, AFailingStoreReleasesEverything) {
  options_.hourly_per_client = 10;
  options_.concurrent_per_client = 1;
  options_.queue_capacity = 3;
  start(1);
  ProjectId project = project_of(ann_);
  store_.add_job_fault = internal_error("no");
  EXPECT_TRUE(ask(all_of(project)).has_error());
  EXPECT_EQ(service_->parts().jobs.rate_limit(ann_).remaining, 10);
  store_.add_job_fault.reset();
  EXPECT_TRUE(ask(all_of(project)));
}

TEST_F(CheckupsTest, CancelEndsAllItsJobsIncludingHeldOnes) {
  options_.concurrent_per_client = 1;
  start(1);
  hang();
  ProjectId project = project_of(ann_);
  Checkup checkup = ask(all_of(project))->checkup;
  ASSERT_EQ(sandbox_->specs().size(), 1u);
  EXPECT_EQ(await(loop_, checkups().cancel(ann_, checkup.id)).value(), CancelResult::kCancelling);
  for (const Job& job : checkup.jobs) {
    EXPECT_EQ(wait(job.id).job.status, JobStatus::kCancelled);
  }
  EXPECT_EQ(sandbox_->specs().size(), 1u);
  EXPECT_EQ(now(checkup.id).status(), CheckupStatus::kCancelled);
  EXPECT_EQ(await(loop_, checkups().cancel(ann_, checkup.id)).value(), CancelResult::kAlreadyEnded);
  EXPECT_TRUE(submit_its_own(ann_, project));
}

TEST_F(CheckupsTest, AHeldJobCanBeCancelledSeparately) {
  options_.concurrent_per_client = 1;
  start(1);
  hang();
  Checkup checkup = ask(all_of(project_of(ann_)))->checkup;
  EXPECT_EQ(cancel(ann_, checkup.jobs[1].id).value(), CancelResult::kCancelling);
  EXPECT_EQ(wait(checkup.jobs[1].id).job.status, JobStatus::kCancelled);
  sandbox_->end(0);
  wait(checkup.jobs[0].id);
  EXPECT_EQ(now(checkup.id).jobs[2].status, JobStatus::kRunning);
}

TEST_F(CheckupsTest, TheStreamHasEachChangeOnceAndResumesFromItsId) {
  options_.concurrent_per_client = 1;
  start(1);
  hang();
  Checkup checkup = ask(named(project_of(ann_), {ToolId("one"), ToolId("two")}))->checkup;
  auto first = follow(checkup.id);
  EXPECT_EQ(story(*first, 2), (Texts{"running one", "queued two"}));
  std::string seen = last_id_;
  sandbox_->end(0);
  wait(checkup.jobs[0].id);
  EXPECT_EQ(story(*first, 2), (Texts{"completed one", "running two"}));
  sandbox_->end(1);
  wait(checkup.jobs[1].id);
  EXPECT_EQ(story(*first), (Texts{"completed two", "complete"}));
  auto second = follow(checkup.id, seen);
  EXPECT_EQ(story(*second), (Texts{"completed one", "completed two", "complete"}));
  EXPECT_EQ(await(loop_, checkups().follow(ann_, checkup.id, "qq?")).error().kind(),
            ErrorKind::kValidation);
}

TEST_F(CheckupsTest, TheSameKeyIsTheSameCheckup) {
  start(2);
  CheckupRequest request = all_of(project_of(ann_));
  request.idempotency_key = "k";
  SubmittedCheckup first = ask(request).value();
  SubmittedCheckup second = ask(request).value();
  EXPECT_TRUE(second.repeated);
  EXPECT_EQ(second.checkup.id, first.checkup.id);
  request.parameters[ToolId("one")] = {};
  EXPECT_EQ(ask(request).error().kind(), ErrorKind::kUnprocessable);
}

TEST_F(CheckupsTest, TheyAreListedNewestFirst) {
  start(2);
  ProjectId project = project_of(ann_);
  CheckupId old = ask(all_of(project))->checkup.id;
  clock_.advance(std::chrono::seconds(1));
  CheckupId young = ask(all_of(project))->checkup.id;
  CheckupHistoryQuery query;
  query.limit = 1;
  CheckupHistoryPage page = await(loop_, checkups().history(ann_, query)).value();
  ASSERT_EQ(page.checkups.size(), 1u);
  EXPECT_EQ(page.checkups[0].id, young);
  query.cursor = page.next_cursor;
  page = await(loop_, checkups().history(ann_, query)).value();
  ASSERT_EQ(page.checkups.size(), 1u);
  EXPECT_EQ(page.checkups[0].id, old);
  EXPECT_EQ(page.next_cursor, "");
}

// What an earlier process accepted and never ran.
TEST_F(CheckupsTest, AfterARestartItsJobsWaitAgainAndCountAsOne) {
  options_.concurrent_per_client = 2;
  start(4);
  sandbox_->set_outage("none yet");
  ProjectId project = project_of(ann_);
  Checkup checkup = ask(all_of(project))->checkup;
  await(loop_, service_->drain(std::chrono::milliseconds(0)));
  service_.reset();
  sandbox_ = std::make_unique<FakeSandbox>(loop_, 4);
  hang();
  start(4);
  EXPECT_EQ(now(checkup.id).status(), CheckupStatus::kRunning);
  EXPECT_EQ(sandbox_->running(), 2u);
  ASSERT_TRUE(submit_its_own(ann_, project));
  EXPECT_EQ(submit_its_own(ann_, project).error().kind(), ErrorKind::kRateLimit);
  for (std::size_t i : {0, 1, 3}) {
    sandbox_->end(i);
    loop_.restart();
    for (int turn = 0; turn < 50; ++turn) loop_.poll();
  }
  for (const Job& job : checkup.jobs) wait(job.id);
  EXPECT_EQ(now(checkup.id).verdict(), Verdict::kClean);
  EXPECT_TRUE(submit_its_own(ann_, project));
}

}  // namespace
}  // namespace glovebox
