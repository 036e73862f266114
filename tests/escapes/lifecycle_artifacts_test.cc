// Threat C 45, sandbox part: a job's result is returned only if it is a regular file, and nothing
// is followed.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "checks.h"
#include "sandbox_fixture.h"

namespace glovebox {
namespace {

using LifecycleTest = SandboxFixture;

std::string read_descriptor(const UniqueFd& fd) {
  char block[4096];
  ssize_t size = ::pread(fd.get(), block, sizeof block, 0);
  return {block, static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
}

// The target of a job's link exists completely, for anything that follows it.
class LinkTargetTest : public SandboxFixture, public testing::WithParamInterface<const char*> {};
INSTANTIATE_TEST_SUITE_P(Targets, LinkTargetTest,
                         testing::Values("/proc/self/exe", "/etc/passwd", "/usr/bin/env", "plain"));

TEST_P(LinkTargetTest, T45LinksFifosAndSocketsAreNotReturned) {
  FinishedRun ended = run(spec("odd_artifacts", {GetParam(), "/tmp"}));
  EXPECT_TRUE(exited(ended, 0));
  // All of them were created, except a socket without a network namespace and a hard link across
  // separate mounts.
  expect_ok(without(ended.out, {"socket", "elsewhere"}));
  bool linked_elsewhere = parse_checks(ended.out)["elsewhere"] == 0;
  EXPECT_EQ(linked_elsewhere, !in_namespaces());
  EXPECT_EQ(parse_checks(ended.out)["socket"] == 0, in_namespaces());
  ASSERT_TRUE(ended.result.has_value());
  const SandboxResult& result = ended.result.value();
  std::vector<std::string> paths;
  for (const CollectedArtifact& artifact : result.artifacts) {
    paths.push_back(artifact.path);
    EXPECT_EQ(artifact.content.valid(), !artifact.further_name) << artifact.path;
    if (artifact.further_name) continue;
    struct stat found;
    ASSERT_EQ(::fstat(artifact.content.get(), &found), 0);
    EXPECT_TRUE(S_ISREG(found.st_mode)) << artifact.path;
    // Without its own file system the job's folder has been removed.
    bool one_of_two = artifact.path.ends_with("of-two");
    EXPECT_EQ(found.st_nlink, in_namespaces() ? (one_of_two ? 2U : 1U) : 0U) << artifact.path;
    EXPECT_EQ(found.st_size, artifact.size_bytes) << artifact.path;
    EXPECT_EQ(::fcntl(artifact.content.get(), F_GETFL) & O_ACCMODE, O_RDONLY) << artifact.path;
    EXPECT_EQ(read_descriptor(artifact.content), "mine\n") << artifact.path;
  }
  // A file's mode, set by the job, does not make its content unreadable.
  std::vector<std::string> expected{"plain", "folder/inner", "locked", "one-of-two", "two-of-two"};
  // A file that also has a name outside the returned folders is not returned.
  if (!linked_elsewhere) expected.push_back("also-elsewhere");
  EXPECT_THAT(paths, testing::UnorderedElementsAreArray(expected));
  EXPECT_TRUE(result.artifacts_truncated);
}

TEST_F(LifecycleTest, T45EveryNameOfALinkedResultIsReturned) {
  SandboxSpec linker = spec("hello");
  linker.argv = {"sh", "-c", "mkdir d; echo x > a; ln a d/b; echo y > c; ln hello linked"};
  FinishedRun ended = run(linker);
  ASSERT_TRUE(exited(ended, 0));
  std::vector<std::string> paths, further;
  for (const CollectedArtifact& artifact : ended.result.value().artifacts) {
    paths.push_back(artifact.path);
    if (artifact.further_name) further.push_back(artifact.path);
  }
  // Linking a file of the project changes that file.
  EXPECT_THAT(paths, testing::UnorderedElementsAre("a", "d/b", "c", "hello", "linked"));
  EXPECT_EQ(further.size(), 2U);
  EXPECT_FALSE(ended.result.value().artifacts_truncated);
}

TEST_F(LifecycleTest, T45FilesThatTheJobOnlyReadAreNotReturned) {
  FinishedRun ended = run(spec("hello"));
  ASSERT_TRUE(exited(ended, 0));
  EXPECT_TRUE(ended.result.value().artifacts.empty());
  EXPECT_FALSE(ended.result.value().artifacts_truncated);
}

TEST_F(LifecycleTest, T45NothingIsReturnedUnlessRequested) {
  SandboxSpec maker = spec("odd_artifacts", {"/etc/passwd"});
  maker.collect_artifacts = false;
  FinishedRun ended = run(maker);
  ASSERT_TRUE(exited(ended, 0));
  EXPECT_TRUE(ended.result.value().artifacts.empty());
}

TEST_F(LifecycleTest, T45FilesOverTheBoundAreLeftOutAndFlagged) {
  SandboxSpec flood = spec("flood_inodes", {"/work"});
  flood.limits.wall_time = std::chrono::milliseconds(1500);
  FinishedRun ended = run(flood);
  ASSERT_TRUE(ended.result.has_value());
  EXPECT_LE(ended.result.value().artifacts.size(), kMaxArtifacts);
  EXPECT_TRUE(ended.result.value().artifacts_truncated);
  EXPECT_TRUE(exited(run(spec("hello")), 0));
}

}  // namespace
}  // namespace glovebox
