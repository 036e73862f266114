#include "sandbox/landlock/landlock_job.h"

#include <gmock/gmock.h>

namespace glovebox {
namespace {

using testing::ElementsAre;

SandboxSpec placed(std::vector<std::string> argv, std::vector<std::string> environment = {}) {
  SandboxSpec spec;
  spec.argv = std::move(argv);
  spec.environment = std::move(environment);
  place_paths(spec, "/data/0");
  return spec;
}

TEST(LandlockJobTest, ReplacesTheSandboxsFoldersByTheJobs) {
  EXPECT_THAT(
      placed({"cc", "/work", "/work/a.c", "/tmp", "/tmp/out"}).argv,
      ElementsAre("cc", "/data/0/work", "/data/0/work/a.c", "/data/0/tmp", "/data/0/tmp/out"));
  EXPECT_THAT(placed({"cc"}, {"HOME=/tmp", "A=/work/x", "PATH=/usr/bin:/tmp"}).environment,
              ElementsAre("HOME=/data/0/tmp", "A=/data/0/work/x", "PATH=/usr/bin:/tmp"));
}

TEST(LandlockJobTest, KeepsEverythingElse) {
  std::vector<std::string> argv{"/work", "/workshop", "/tmpfs", "-o/work", "work/a", "", "/"};
  EXPECT_EQ(placed(argv).argv, argv);
  std::vector<std::string> environment{"A=", "B", "C=x=/tmp", "/tmp=1"};
  EXPECT_EQ(placed({"cc"}, environment).environment, environment);
}

}  // namespace
}  // namespace glovebox
