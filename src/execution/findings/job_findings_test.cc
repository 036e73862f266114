// The findings of jobs, from their output to lists, events and the store.
#include <gmock/gmock.h>
#include <sys/mman.h>
#include <unistd.h>

#include "execution/service_fixture.h"

namespace glovebox {
namespace {

using namespace std::chrono_literals;

class JobFindingsTest : public ServiceTest {
 protected:
  JobFindingsTest() {
    add_tool("lint", "format = \"gnu\"\n");
    add_tool("sarif", "format = \"sarif\"\nfile = \"out/r.sarif\"\n");
  }
  void add_tool(const std::string& id, const std::string& findings) {
    folder_.write("tools/" + id + ".toml",
                  "id = \"" + id + "\"\nname = \"" + id +
                      "\"\ndescription = \"Lints.\"\ncategory = \"Test\"\nstatus = \"available\"\n"
                      "command = [\"cat\"]\ninputs = [\"*\"]\n[limits]\noutput_lines = 100\n"
                      "[findings]\n" +
                      findings);
  }
  // MemoryProjectStore calls the one file of a project "file".
  void say(const std::string& out) {
    sandbox_->script = [out](const SandboxSpec&) {
      FakeRun run;
      run.out = out;
      return run;
    };
  }
  ExecuteRequest lint(const char* tool = "lint") {
    ExecuteRequest asked = request(project_of(ann_));
    asked.tool_id = ToolId(tool);
    asked.lifetime = Lifetime::kItsOwn;
    return asked;
  }
  Job run(const char* tool = "lint") { return wait(submit(ann_, lint(tool)).value()).job; }
  Result<FindingsPage> page(const Job& job, FindingsQuery query = {}) {
    return await(loop_, service_->parts().findings.page(ann_, job.id, std::move(query)));
  }
};

TEST_F(JobFindingsTest, LocationsInTheProjectAreStoredWithTheJob) {
  start();
  say("./file:2:3: warning: odd [-Wodd]\nelsewhere.c:1: error: gone\nmore text\n");
  Job job = run();
  ASSERT_TRUE(job.findings);
  EXPECT_EQ(*job.findings, (FindingCounts{2, 1, 1, 0, false}));
  FindingsPage found = page(job).value();
  ASSERT_EQ(found.findings.size(), 2u);
  const Finding& first = found.findings[0].finding;
  EXPECT_EQ(first.place, (SourcePlace{"file", 2, 3, 0, 0}));
  EXPECT_EQ(first.rule, "-Wodd");
  EXPECT_EQ(first.fingerprint.size(), 32u);
  EXPECT_EQ(found.findings[1].finding.place.path, "");
  EXPECT_EQ(store_.jobs[job.id].job.findings, job.findings);
  EXPECT_FALSE(store_.jobs[job.id].findings.empty());
}

TEST_F(JobFindingsTest, OutputOverTheCapIsReadForFindings) {
  start();
  std::string out;
  for (int i = 1; i <= 50'000; ++i) out += "file:" + std::to_string(i) + ": error: bad\n";
  say(out);
  Job job = run();
  EXPECT_TRUE(job.output.truncated);
  EXPECT_EQ(job.output.lines, 50'000);
  EXPECT_EQ(job.output.bytes, static_cast<std::int64_t>(out.size()));
  ASSERT_TRUE(job.findings);
  EXPECT_EQ(*job.findings, (FindingCounts{50'000, 50'000, 0, 0, true}));
  FindingsQuery last;
  last.cursor = "f24999";
  EXPECT_EQ(page(job, last).value().findings.size(), 1u);
}

TEST_F(JobFindingsTest, ATreeThatCannotBeListedFailsTheJobAndNotTheServer) {
  start();
  ExecuteRequest asked = lint();
  for (const std::string& tree : trees_->trees().value()) ASSERT_TRUE(trees_->remove(tree));
  ExecutionResult ended = wait(submit(ann_, std::move(asked)).value());
  EXPECT_EQ(ended.job.status, JobStatus::kFailed);
  EXPECT_EQ(ended.job.findings, std::nullopt);
}

TEST_F(JobFindingsTest, OtherToolsHaveNone) {
  start();
  say("file:2: error: bad\n");
  Job job = run("cat");
  EXPECT_EQ(job.findings, std::nullopt);
  EXPECT_TRUE(page(job).value().findings.empty());
  auto report = await(loop_, service_->parts().findings.report(ann_, job.id, "sarif"));
  ASSERT_TRUE(report.has_error());
  EXPECT_EQ(report.error().kind(), ErrorKind::kConflict);
}

TEST_F(JobFindingsTest, AFileThatTheToolMadeIsReadAtTheEnd) {
  start();
  sandbox_->script = [](const SandboxSpec&) {
    FakeRun run;
    run.out = "file:1: error: not this\n";
    std::string text =
        R"({"version":"2.1.0","runs":[{"tool":{"driver":{"name":"t"}},"results":[{"ruleId":"R1",)"
        R"("level":"error","message":{"text":"bad"},"locations":[{"physicalLocation":)"
        R"({"artifactLocation":{"uri":"file"},"region":{"startLine":4}}}]}]}]})";
    CollectedArtifact made;
    made.path = "out/r.sarif";
    made.size_bytes = static_cast<std::int64_t>(text.size());
    made.content = UniqueFd(::memfd_create("r", MFD_CLOEXEC));
    EXPECT_GT(::write(made.content.get(), text.data(), text.size()), 0);
    run.artifacts.push_back(std::move(made));
    return run;
  };
  Job job = run("sarif");
  ASSERT_TRUE(job.findings);
  EXPECT_EQ(*job.findings, (FindingCounts{1, 1, 0, 0, false}));
  EXPECT_EQ(page(job).value().findings[0].finding.place, (SourcePlace{"file", 4, 0, 0, 0}));
  sandbox_->script = [](const SandboxSpec&) { return FakeRun(); };
  Job without = run("sarif");
  EXPECT_THAT(without.message, testing::HasSubstr("not all of its findings could be read"));
}

TEST_F(JobFindingsTest, AnotherClientsJobIsNotFound) {
  start();
  Job job = run();
  auto& findings = service_->parts().findings;
  ASSERT_TRUE(page(job));
  EXPECT_EQ(await(loop_, findings.page(bob_, job.id, {})).error().kind(), ErrorKind::kNotFound);
  EXPECT_EQ(await(loop_, findings.report(bob_, job.id, "sarif")).error().kind(),
            ErrorKind::kNotFound);
  FindingsQuery against;
  against.against = JobId("job_none");
  EXPECT_EQ(page(job, against).error().kind(), ErrorKind::kNotFound);
}

TEST_F(JobFindingsTest, RunsOfOneToolAreCompared) {
  start();
  say("file:1: error: old\n");
  Job before = run();
  say("file:1: error: new\n");
  Job now = run();
  FindingsQuery query;
  query.against = before.id;
  FindingsPage found = page(now, query).value();
  ASSERT_EQ(found.findings.size(), 2u);
  EXPECT_EQ(found.findings[0].change, "new");
  EXPECT_EQ(found.findings[1].change, "fixed");
  query.against = run("cat").id;
  EXPECT_EQ(page(now, query).error().kind(), ErrorKind::kValidation);
}

TEST_F(JobFindingsTest, TheyAreRemovedWithTheJob) {
  options_.job_ttl = 1h;
  options_.sweep_interval = 10ms;
  start();
  say("file:1: error: old\n");
  Job job = run();
  ASSERT_TRUE(page(job));
  clock_.advance(2h);
  ASSERT_TRUE(run_until(loop_, [&] { return store_.jobs.empty(); }));
  EXPECT_EQ(page(job).error().kind(), ErrorKind::kNotFound);
}

TEST_F(JobFindingsTest, FollowersSeeTheirNumberGrow) {
  start();
  hang();
  JobId id = submit(ann_, lint()).value();
  auto follower = await(loop_, service_->parts().jobs.follow(ann_, id, 0)).value();
  std::vector<JobEvent::FindingsSoFar> seen;
  auto next = [&] {
    std::optional<JobEvent> event = await(loop_, follower->next(10s));
    auto* found = std::get_if<JobEvent::FindingsSoFar>(&event.value().what);
    if (found) seen.push_back(*found);
    return std::holds_alternative<JobEvent::Complete>(event->what);
  };
  std::string many;
  for (int i = 1; i <= 30; ++i) many += "file:" + std::to_string(i) + ": error: bad\n";
  ASSERT_TRUE(run_until(loop_, [&] { return !sandbox_->specs().empty(); }));
  sandbox_->say(0, many);
  while (seen.empty()) ASSERT_FALSE(next());
  EXPECT_EQ(seen[0].counts.total, 30);
  ASSERT_EQ(seen[0].latest.size(), 20u);
  EXPECT_EQ(seen[0].latest.back().place.line, 30);
  auto told = std::chrono::steady_clock::now();
  sandbox_->say(0, "file:31: note: soon\n");
  while (seen.size() < 2) ASSERT_FALSE(next());
  EXPECT_GE(std::chrono::steady_clock::now() - told, 200ms);
  ASSERT_EQ(seen[1].latest.size(), 1u);
  EXPECT_EQ(page(find(ann_, id).value().job).value().findings.size(), 31u);
  sandbox_->say(0, "file:32: note: last\n");
  sandbox_->end(0);
  while (!next()) {
  }
  EXPECT_EQ(seen.back().counts.total, 32);
}

}  // namespace
}  // namespace glovebox
