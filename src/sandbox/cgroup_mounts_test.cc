// What reads /proc/self is held against this process's own cgroups. delegated_v2_cgroup() moves
// processes and is left to tests of a whole launcher.
#include "sandbox/cgroup_mounts.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "temp_folder.h"

namespace glovebox {
namespace {

using testing::AnyOf;

bool holds_us(const std::string& directory) {
  std::ifstream procs(directory + "/cgroup.procs");
  for (pid_t pid = 0; procs >> pid;) {
    if (pid == ::getpid()) return true;
  }
  return false;
}

TEST(CgroupMountsTest, FindsTheV1CgroupsThatThisProcessIsIn) {
  std::vector<V1Cgroup> own = own_v1_cgroups();
  if (own.empty()) GTEST_SKIP() << "no cgroup v1 hierarchy of memory, pids or cpu is mounted here";
  for (const V1Cgroup& cgroup : own) {
    EXPECT_THAT(cgroup.controller, AnyOf("memory", "pids", "cpu", "cpuacct"));
    EXPECT_TRUE(holds_us(cgroup.directory)) << cgroup.directory;
  }
}

TEST(CgroupMountsTest, KnowsAControllerByItsWholeName) {
  TempFolder folder;
  folder.write("cgroup.subtree_control", "cpuset memory pids\n");
  EXPECT_TRUE(v2_controller_enabled(folder.path(), "cpuset"));
  EXPECT_TRUE(v2_controller_enabled(folder.path(), "memory"));
  EXPECT_TRUE(v2_controller_enabled(folder.path(), "pids"));
  EXPECT_FALSE(v2_controller_enabled(folder.path(), "cpu"));
  EXPECT_FALSE(v2_controller_enabled(folder.path(), "mem"));
  EXPECT_FALSE(v2_controller_enabled(folder.path(), ""));
}

TEST(CgroupMountsTest, FindsNoControllerWhereNothingIsEnabledOrThereIsNoCgroup) {
  TempFolder folder;
  EXPECT_FALSE(v2_controller_enabled(folder.path(), "memory"));
  folder.write("cgroup.subtree_control", "\n");
  EXPECT_FALSE(v2_controller_enabled(folder.path(), "memory"));
}

}  // namespace
}  // namespace glovebox
