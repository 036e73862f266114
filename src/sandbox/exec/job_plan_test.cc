#include <gmock/gmock.h>

#include <cstring>
#include <optional>

#include "sandbox/exec/job_plan.h"

namespace glovebox {
namespace {

using testing::ElementsAre;

SandboxSpec plain_spec() {
  SandboxSpec spec;
  spec.argv = {"cc", "-c", "a.c"};
  return spec;
}

std::optional<rlim_t> rlimit_of(const JobPlan& plan, int resource) {
  std::optional<rlim_t> found;
  for (const RlimitValue& limit : plan.rlimits) {
    if (limit.resource != resource) continue;
    EXPECT_FALSE(found.has_value()) << "twice: " << resource;
    found = limit.value;
  }
  return found;
}

std::vector<std::string> texts(const std::vector<char*>& array) {
  EXPECT_EQ(array.back(), nullptr);
  return {array.begin(), array.end() - 1};
}

TEST(JobPlanTest, LooksForAPlainNameOnTheSandboxPath) {
  SandboxSpec spec = plain_spec();
  EXPECT_THAT(make_job_plan(spec, {}).programs,
              ElementsAre("/usr/local/bin/cc", "/usr/bin/cc", "/bin/cc"));
}

TEST(JobPlanTest, UsesANameWithASlashUnchanged) {
  for (const char* name : {"./a.out", "/usr/bin/true", "bin/x", "a/"}) {
    SandboxSpec spec = plain_spec();
    spec.argv[0] = name;
    EXPECT_THAT(make_job_plan(spec, {}).programs, ElementsAre(name));
  }
}

TEST(JobPlanTest, ChecksTheInterpreterOfProgramsOutsideTheHostsUsr) {
  SandboxSpec spec = plain_spec();
  EXPECT_FALSE(make_job_plan(spec, {}).program_is_checked);
  spec.root = "image";
  EXPECT_TRUE(make_job_plan(spec, {}).program_is_checked);
  spec.root.clear();
  spec.argv[0] = "./a.out";
  EXPECT_TRUE(make_job_plan(spec, {}).program_is_checked);
}

TEST(JobPlanTest, MountsTheSkeletonOverAnotherRoot) {
  SandboxSpec spec = plain_spec();
  EXPECT_EQ(make_job_plan(spec, {}).root_options, "");
  spec.root = "image";
  EXPECT_EQ(make_job_plan(spec, {}).root_options, "lowerdir=skeleton:roots/image,userxattr");
}

TEST(JobPlanTest, PointsIntoTheSpec) {
  SandboxSpec spec = plain_spec();
  spec.environment = {"LANG=C", "A="};
  JobPlan plan = make_job_plan(spec, {});
  EXPECT_EQ(texts(plan.argv), spec.argv);
  EXPECT_EQ(texts(plan.environment), spec.environment);
  EXPECT_EQ(plan.argv[1], spec.argv[1].data());
}

TEST(JobPlanTest, TerminatesAnEmptyEnvironmentToo) {
  SandboxSpec spec = plain_spec();
  EXPECT_THAT(make_job_plan(spec, {}).environment, ElementsAre(nullptr));
}

TEST(JobPlanTest, MountsTheProjectAtTheWorkDirectory) {
  SandboxSpec spec = plain_spec();
  EXPECT_EQ(make_job_plan(spec, {}).overlay_options, "");
  spec.project = "prj_1";
  EXPECT_EQ(make_job_plan(spec, {}).overlay_options,
            "lowerdir=store/prj_1,upperdir=disk/upper,workdir=disk/overlay,userxattr");
}

TEST(JobPlanTest, BoundsBytesAndInodesOfTheDisk) {
  auto options = [](std::uint64_t bytes) {
    SandboxSpec spec = plain_spec();
    spec.limits.disk = ByteCount(bytes);
    return make_job_plan(spec, {}).disk.options();
  };
  EXPECT_EQ(options(1), "mode=0755,size=1,nr_inodes=1024");
  EXPECT_EQ(options(8192 * 4096), "mode=0755,size=33554432,nr_inodes=8192");
  EXPECT_EQ(options(std::uint64_t(1) << 40), "mode=0755,size=1099511627776,nr_inodes=1048576");
}

TEST(JobPlanTest, LowersTheRlimits) {
  SandboxSpec spec = plain_spec();
  spec.limits.disk = ByteCount(12345);
  spec.limits.open_files = 77;
  spec.limits.cpu_time = std::chrono::milliseconds(5000);
  JobPlan plan = make_job_plan(spec, {.has_pids = true, .has_memory = true});
  EXPECT_EQ(rlimit_of(plan, RLIMIT_CORE), kNoCoreFiles);
  EXPECT_EQ(rlimit_of(plan, RLIMIT_FSIZE), 12345u);
  EXPECT_EQ(rlimit_of(plan, RLIMIT_NOFILE), 77u);
  EXPECT_EQ(rlimit_of(plan, RLIMIT_MEMLOCK), 8u << 20);
  EXPECT_EQ(rlimit_of(plan, RLIMIT_MSGQUEUE), 819'200u);
  EXPECT_EQ(rlimit_of(plan, RLIMIT_SIGPENDING), 1024u);
}

// The supervisor ends the job at its limit; the rlimit, in whole seconds, is the second barrier.
TEST(JobPlanTest, RoundsCpuTimeUpAndAddsASecond) {
  auto seconds = [](int ms) {
    SandboxSpec spec = plain_spec();
    spec.limits.cpu_time = std::chrono::milliseconds(ms);
    return rlimit_of(make_job_plan(spec, {}), RLIMIT_CPU);
  };
  EXPECT_EQ(seconds(1), 2u);
  EXPECT_EQ(seconds(1000), 2u);
  EXPECT_EQ(seconds(1001), 3u);
}

// With a cgroup, the rlimit must not refuse first: those refusals would not be counted.
TEST(JobPlanTest, LeavesTheProcessLimitToACgroupIfThereIsOne) {
  SandboxSpec spec = plain_spec();
  spec.limits.processes = 10;
  EXPECT_EQ(rlimit_of(make_job_plan(spec, {.has_pids = true}), RLIMIT_NPROC), 26u);
  EXPECT_EQ(rlimit_of(make_job_plan(spec, {.has_pids = false}), RLIMIT_NPROC), 12u);
  EXPECT_EQ(rlimit_of(make_job_plan(spec, {.change_id = true}), RLIMIT_NPROC), 10u);
}

TEST(JobPlanTest, BoundsPrivateMemoryOnlyIfNoCgroupDoes) {
  SandboxSpec spec = plain_spec();
  spec.limits.memory = ByteCount(1000);
  EXPECT_EQ(rlimit_of(make_job_plan(spec, {.has_memory = true}), RLIMIT_DATA), std::nullopt);
  EXPECT_EQ(rlimit_of(make_job_plan(spec, {.has_memory = false}), RLIMIT_DATA), 4000u);
}

// Java and the sanitizers reserve terabytes.
TEST(JobPlanTest, NeverBoundsAddressSpace) {
  SandboxSpec spec = plain_spec();
  EXPECT_EQ(rlimit_of(make_job_plan(spec, {}), RLIMIT_AS), std::nullopt);
}

}  // namespace
}  // namespace glovebox
