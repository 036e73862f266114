#include "execution/jobs/version_probe.h"

#include "execution/service_fixture.h"

namespace glovebox {
namespace {

bool is_probe(const SandboxSpec& spec) {
  return spec.argv.back() == "--version";
}

class VersionProbeTest : public ServiceTest {
 protected:
  void SetUp() override {
    options_.probe_versions = ProbeVersions::kYes;
    sandbox_ = std::make_unique<FakeSandbox>(loop_, 1);
    sandbox_->script = [this](const SandboxSpec& spec) {
      FakeRun run;
      run.hangs = is_probe(spec) ? probes_hang_ : jobs_hang_;
      if (is_probe(spec)) run.out = "cat 9.1\nand more\n";
      return run;
    };
  }
  std::string version() { return service_->parts().tools.tool(ToolId("cat")).value()->version; }
  bool probes_hang_ = false;
  bool jobs_hang_ = false;
};

TEST_F(VersionProbeTest, ProbesAvailableToolsOnceInTheSandbox) {
  start();
  ASSERT_TRUE(run_until(loop_, [&] { return !version().empty(); }));
  EXPECT_EQ(version(), "cat 9.1");
  settle(loop_);
  ASSERT_EQ(sandbox_->specs().size(), 1u) << "the other tool is not there";
  EXPECT_TRUE(sandbox_->specs()[0].project.empty());
  EXPECT_FALSE(sandbox_->specs()[0].collect_artifacts);
}

TEST_F(VersionProbeTest, UsesStandardErrorIfStandardOutputIsEmpty) {
  sandbox_->script = [](const SandboxSpec&) {
    FakeRun run;
    run.err = "cat 8\n";
    return run;
  };
  start();
  ASSERT_TRUE(run_until(loop_, [&] { return !version().empty(); }));
  EXPECT_EQ(version(), "cat 8");
}

TEST_F(VersionProbeTest, ReleasesItsSlotForAJobAndProbesAgain) {
  probes_hang_ = true;
  start();
  ASSERT_TRUE(run_until(loop_, [&] { return sandbox_->running() == 1; }));
  JobId id = submit(ann_, project_of(ann_)).value();
  probes_hang_ = false;
  EXPECT_EQ(wait(id).job.status, JobStatus::kCompleted);
  EXPECT_EQ(sandbox_->kills(), 1u);
  EXPECT_EQ(sandbox_->peak_running(), 1u);
  ASSERT_TRUE(run_until(loop_, [&] { return !version().empty(); }));
  EXPECT_EQ(sandbox_->specs().size(), 3u);
}

TEST_F(VersionProbeTest, WaitsWhileJobsTakeTheSlots) {
  jobs_hang_ = true;
  options_.probe_versions = ProbeVersions::kYes;
  start();
  probes_hang_ = true;
  ASSERT_TRUE(run_until(loop_, [&] { return sandbox_->running() == 1; }));
  JobId id = submit(ann_, project_of(ann_)).value();
  ASSERT_TRUE(run_until(loop_, [&] { return sandbox_->specs().size() == 2; }));
  settle(loop_);
  EXPECT_FALSE(is_probe(sandbox_->specs().back()));
  EXPECT_EQ(sandbox_->specs().size(), 2u);
  probes_hang_ = false;
  sandbox_->end(1);
  wait(id);
  EXPECT_TRUE(run_until(loop_, [&] { return !version().empty(); }));
}

TEST_F(VersionProbeTest, EndsWithTheDrain) {
  probes_hang_ = true;
  start();
  ASSERT_TRUE(run_until(loop_, [&] { return sandbox_->running() == 1; }));
  await(loop_, service_->drain(std::chrono::hours(1)));
  EXPECT_EQ(sandbox_->running(), 0u);
  EXPECT_EQ(version(), "");
}

TEST_F(VersionProbeTest, AFailedProbeLeavesTheVersionUnknown) {
  sandbox_->script = [](const SandboxSpec&) {
    FakeRun run;
    run.error = Error(ErrorKind::kUser, "cat: cannot be executed");
    return run;
  };
  start();
  ASSERT_TRUE(run_until(loop_, [&] { return sandbox_->specs().size() == 1; }));
  settle(loop_);
  EXPECT_EQ(sandbox_->specs().size(), 1u);
  EXPECT_EQ(version(), "");
}

}  // namespace
}  // namespace glovebox
