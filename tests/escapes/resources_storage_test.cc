// Threats A 4–7 and 14: memory, tmpfs, inodes, sparse files, deep trees.
#include <gmock/gmock.h>

#include <numeric>

#include "checks.h"
#include "processes.h"
#include "sandbox_fixture.h"
#include "throwaway.h"

namespace glovebox {
namespace {

using ResourcesTest = SandboxFixture;
using testing::HasSubstr;

constexpr std::int64_t kMiB = 1 << 20;

TEST_F(ResourcesTest, T04AMemoryHogOfSeveralProcessesIsKilledInsideItsJobOnly) {
  use({.slots = 2});
  Input input = make_input();
  auto neighbour = start(spec("hold_processes", {"3", make_marker()}), std::move(input.for_job));
  ASSERT_TRUE(wait_for_output(*neighbour, "held value=3"));

  // None of the four exceeds the limit alone.
  SandboxSpec hog = spec("hog_memory", {"4", "64"});
  hog.limits.memory = ByteCount(128 * kMiB);
  FinishedRun ended = run(hog);
  ASSERT_TRUE(limit_exceeded(ended, LimitKind::kMemory));
  auto limit = std::get<LimitExceeded>(ended.result.value().outcome);
  EXPECT_EQ(limit.configured, 128 * kMiB);
  EXPECT_GE(limit.observed, 100 * kMiB);
  EXPECT_LE(limit.observed, 256 * kMiB);

  input.for_test.reset();
  EXPECT_TRUE(exited(wait(*neighbour), 0));
}

TEST_F(ResourcesTest, T04AJobBelowTheMemoryLimitRuns) {
  SandboxSpec modest = spec("hog_memory", {"4", "16"});
  modest.limits.memory = ByteCount(128 * kMiB);
  FinishedRun ended = run(modest);
  EXPECT_TRUE(exited(ended, 0));
  EXPECT_THAT(ended.out, HasSubstr("filled value=4"));
}

TEST_F(ResourcesTest, T04AToolThatKillsItselfIsNoMemoryVerdict) {
  EXPECT_TRUE(signaled(run(spec("signal_itself", {"9"})), SIGKILL));
}

TEST_F(ResourcesTest, T05TmpfsShmAndWorkShareOneBoundOnDisk) {
  if (!in_namespaces()) {
    // Without their own file system they are checked periodically, and an excess ends the job.
    FinishedRun ended = run(spec("fill_file", {"wait", "/tmp/a", "20", "/work/c", "20"}));
    ASSERT_TRUE(limit_exceeded(ended, LimitKind::kDisk));
    auto limit = std::get<LimitExceeded>(ended.result.value().outcome);
    EXPECT_EQ(limit.configured, 32 * kMiB);
    EXPECT_GT(limit.observed, 32 * kMiB);
    return;
  }
  SandboxSpec filler =
      spec("fill_file", {"0", "/tmp/a", "20", "/dev/shm/b", "64", "/work/c", "64"});
  FinishedRun ended = run(filler);
  EXPECT_TRUE(exited(ended, 0));
  Checks checks = parse_checks(ended.out);
  EXPECT_EQ(checks["/tmp/a"], 0);
  EXPECT_EQ(checks["/dev/shm/b"], ENOSPC);
  EXPECT_EQ(checks["/work/c"], ENOSPC);
  auto bytes = parse_values(ended.out);
  EXPECT_LE(bytes["/tmp/a"] + bytes["/dev/shm/b"] + bytes["/work/c"], 32 * kMiB);
  EXPECT_GE(bytes["/tmp/a"] + bytes["/dev/shm/b"], 28 * kMiB);
}

TEST_F(ResourcesTest, T05AToolThatFailsBecauseOfAFullDiskGetsThatVerdict) {
  FinishedRun ended = run(spec("fill_file", {"3", "/work/a", "64"}));
  ASSERT_TRUE(limit_exceeded(ended, LimitKind::kDisk));
  auto limit = std::get<LimitExceeded>(ended.result.value().outcome);
  EXPECT_EQ(limit.configured, 32 * kMiB);
  EXPECT_EQ(limit.exit_code, 3);
  // And none if there was enough.
  EXPECT_TRUE(exited(run(spec("fill_file", {"3", "/work/a", "4"})), 3));
}

TEST_F(ResourcesTest, T05FilesInTmpfsAndMemfdAreChargedToTheJob) {
  if (!has_layer("cgroup-memory")) GTEST_SKIP() << "no memory cgroup on this host";
  for (const char* place : {"/tmp/a", "/dev/shm/a", "/work/a", "memfd"}) {
    SandboxSpec filler = spec("fill_file", {"0", place, "200"});
    filler.limits.disk = ByteCount(256 * kMiB);
    filler.limits.memory = ByteCount(48 * kMiB);
    EXPECT_TRUE(limit_exceeded(run(filler), LimitKind::kMemory)) << place;
  }
}

TEST_F(ResourcesTest, T05DiskSpaceOfAJobIsFreedWithIt) {
  for (int i = 0; i < 6; ++i) {
    SandboxSpec filler = spec("fill_file", {"0", in_namespaces() ? "/dev/shm/a" : "/tmp/b", "15",
                                            "/tmp/a", "8", "/work/a", "8"});
    filler.limits.memory = ByteCount(64 * kMiB);
    FinishedRun ended = run(filler);
    ASSERT_TRUE(exited(ended, 0)) << "run " << i;
    expect_ok(ended.out);
  }
}

// What a check of the folders cannot find. Only the job's own file system limits the sum; both
// tiers have a limit per file.
TEST_F(ResourcesTest, T05OnlyTheJobsOwnFileSystemBoundsTheSumOfUnnamedFiles) {
  for (int i = 0; i < 2; ++i) {  // all of it is freed with the job
    FinishedRun ended = run(spec("hide_files", {"3", "20"}));
    EXPECT_TRUE(exited(ended, 0));
    Checks checks = parse_checks(ended.out);
    std::int64_t hidden = parse_values(ended.out)["hidden"];
    EXPECT_EQ(checks["longest"], EFBIG);
    if (in_namespaces()) {
      EXPECT_EQ(checks["hide"], ENOSPC);
      EXPECT_LE(hidden, 32 * kMiB);
    } else {
      EXPECT_EQ(checks["hide"], 0);
      EXPECT_EQ(hidden, 60 * kMiB);
    }
  }
}

class InodeFloodTest : public SandboxFixture, public testing::WithParamInterface<const char*> {};
INSTANTIATE_TEST_SUITE_P(Everywhere, InodeFloodTest, testing::Values("/tmp", "/dev/shm", "/work"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::erase(name, '/');
                           return name;
                         });

TEST_P(InodeFloodTest, T06EndsInEnospcOrTheVerdict) {
  if (!in_namespaces()) {
    bool shm = GetParam() == std::string("/dev/shm");
    FinishedRun ended = run(spec("flood_inodes", {GetParam()}));
    if (shm) {
      EXPECT_TRUE(exited(ended, 0));  // it is the host's, and closed
      EXPECT_EQ(parse_checks(ended.out)["create"], EACCES) << ended.out;
    } else {
      EXPECT_TRUE(limit_exceeded(ended, LimitKind::kDisk));
    }
    EXPECT_TRUE(exited(run(spec("hello")), 0));
    return;
  }
  FinishedRun ended = run(spec("flood_inodes", {GetParam()}));
  EXPECT_TRUE(exited(ended, 0));
  EXPECT_EQ(parse_checks(ended.out)["create"], ENOSPC) << ended.out;
  EXPECT_GE(parse_values(ended.out)["made"], 1000);
  EXPECT_TRUE(exited(run(spec("hello")), 0));
}

TEST_F(ResourcesTest, T07ASparseFileOfTenTerabytesIsRefused) {
  FinishedRun inside = run(spec("sparse_files"));
  OutsideRun outside = run_in_throwaway_namespaces("sparse_files");
  // No file system of ours has 10 TB to allocate: refused everywhere.
  outside.out = without(outside.out, {"allocate-10tb"}) + "allocate-10tb ok\n";
  expect_refused(inside, outside, {EFBIG});
}

// No counter distinguishes this from a SIGXFSZ that a job sends itself, so it is not a verdict
// (T91).
TEST_F(ResourcesTest, T07AToolWithoutAHandlerEndsByTheKernelsSignal) {
  SandboxSpec mortal = spec("sparse_files");
  mortal.environment.push_back("MORTAL=1");
  EXPECT_TRUE(signaled(run(mortal), SIGXFSZ));
}

TEST_F(ResourcesTest, T07ArtifactsAreCappedByApparentSize) {
  FinishedRun ended = run(spec("sparse_files", {"20", "30"}));
  EXPECT_TRUE(exited(ended, 0));
  EXPECT_EQ(parse_values(ended.out)["made"], 20);
  ASSERT_TRUE(ended.result.has_value());
  const SandboxResult& result = ended.result.value();
  std::int64_t apparent = 0;
  for (const CollectedArtifact& artifact : result.artifacts) apparent += artifact.size_bytes;
  EXPECT_LE(apparent, 32 * kMiB);
  EXPECT_TRUE(result.artifacts_truncated);
}

class DeepTreeTest : public SandboxFixture, public testing::WithParamInterface<const char*> {};
INSTANTIATE_TEST_SUITE_P(Everywhere, DeepTreeTest, testing::Values("/tmp", "/work"),
                         [](const auto& test) { return std::string(test.param).substr(1); });

TEST_P(DeepTreeTest, T14ATreeOfTenThousandLockedFoldersIsRemovedWithTheJob) {
  SandboxSpec digger = spec("deep_tree", {GetParam(), "10000"});
  digger.limits.disk = ByteCount(64 * kMiB);  // which also bounds inodes
  FinishedRun ended = run(digger);
  EXPECT_TRUE(exited(ended, 0));
  expect_ok(ended.out);
  EXPECT_EQ(parse_values(ended.out)["depth"], 10000);
  // The slot's next job finds none of it, and as much room as the first.
  FinishedRun again = run(digger);
  EXPECT_TRUE(exited(again, 0));
  expect_ok(again.out);
}

}  // namespace
}  // namespace glovebox
