// What every build tool does to the folders of its project, on every kernel. An overlay alone does
// not support it if its upper layer has no extended attributes.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "checks.h"
#include "sandbox_fixture.h"

namespace glovebox {
namespace {

class ProjectTest : public SandboxFixture {
 protected:
  void put(const std::string& path, std::string_view text) {
    std::filesystem::path file = project("rework_project") / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  std::string get(const std::string& path) {
    std::ifstream in(project("rework_project") / path);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void SetUp() override {
    for (const char* path : {"build/old/object", "source/file", "kept/file"}) put(path, "old\n");
  }
  static std::vector<std::string> artifacts_of(const FinishedRun& run) {
    std::vector<std::string> paths;
    if (run.result.has_error()) return paths;
    for (const CollectedArtifact& found : run.result.value().artifacts) paths.push_back(found.path);
    return paths;
  }
};

TEST_F(ProjectTest, ItsFoldersCanBeRemovedRecreatedAndMoved) {
  FinishedRun ended = run(spec("rework_project"));
  EXPECT_TRUE(exited(ended, 0));
  expect_ok(ended.out);
  EXPECT_THAT(
      artifacts_of(ended),
      testing::UnorderedElementsAre("build/object", testing::AnyOf("source/file", "renamed/file")));
}

TEST_F(ProjectTest, IsUnchangedForTheNextJob) {
  for (int i = 0; i < 2; ++i) {
    FinishedRun ended = run(spec("rework_project"));
    EXPECT_TRUE(exited(ended, 0));
    expect_ok(ended.out);
  }
  for (const char* path : {"build/old/object", "source/file", "kept/file"}) {
    EXPECT_EQ(get(path), "old\n") << path;
  }
}

// The limit is for what the job adds, not for its project.
TEST_F(ProjectTest, LargerThanTheDiskLimitLeavesTheJobItsDisk) {
  put("large", std::string(3 << 20, 'x'));
  SandboxSpec small = spec("rework_project");
  small.limits.disk = ByteCount(1 << 20);
  EXPECT_TRUE(exited(run(small), 0));
  SandboxSpec filler = spec("fill_file", {"1", "/work/more", "3"});
  filler.project = "rework_project";
  filler.limits.disk = ByteCount(1 << 20);
  std::filesystem::copy_file(sandboxee_path("fill_file"), project("rework_project") / "fill_file");
  EXPECT_TRUE(limit_exceeded(run(filler), LimitKind::kDisk));
}

}  // namespace
}  // namespace glovebox
