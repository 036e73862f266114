// Compares what is read from /proc/self with this process's own cgroups. delegated_v2_cgroup()
// moves processes; tests of a whole launcher in a virtual machine cover it (tests/vm).
#include "sandbox/cgroup/cgroup_mounts.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "temp_folder.h"

namespace glovebox {
namespace {

using testing::AnyOf;

// proc(5); the last line is a v2 mount as seen in a container.
constexpr std::string_view kMountinfo =
    "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw\n"
    "30 24 0:26 / /sys/fs/cgroup/memory rw,nosuid shared:9 master:2 - cgroup cgroup rw,memory\n"
    "31 24 0:27 /a\\040b\\134\\011 /mnt/with\\040blank\\012 ro - cgroup cgroup rw,cpu,cpuacct\n"
    "32 24 0:28 /../.. /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n";

TEST(CgroupMountsTest, FindsTheCgroupMountsAmongAll) {
  std::vector<CgroupMount> mounts = parse_mountinfo(kMountinfo);
  ASSERT_EQ(mounts.size(), 3u);
  EXPECT_EQ(mounts[0].type, "cgroup");
  EXPECT_EQ(mounts[0].root, "/");
  EXPECT_EQ(mounts[0].point, "/sys/fs/cgroup/memory");
  EXPECT_EQ(mounts[0].options, "rw,memory");
  EXPECT_EQ(mounts[1].root, "/a b\\\t");
  EXPECT_EQ(mounts[1].point, "/mnt/with blank\n");
  EXPECT_EQ(mounts[2].type, "cgroup2");
  EXPECT_EQ(mounts[2].root, "/../..");
}

TEST(CgroupMountsTest, KeepsABackslashThatStartsNoOctalNumber) {
  std::vector<CgroupMount> mounts = parse_mountinfo(
      "30 24 0:26 /\\04 /\\09x\\400 rw - cgroup2 none rw\n31 24 0:26 / /\\0400\\ rw - cgroup2 none "
      "rw");
  ASSERT_EQ(mounts.size(), 2u);
  EXPECT_EQ(mounts[0].root, "/\\04");
  EXPECT_EQ(mounts[0].point, "/\\09x\\400");
  EXPECT_EQ(mounts[1].point, "/ 0\\");
}

TEST(CgroupMountsTest, DoesNotParseGarbageAsAMount) {
  for (const char* text : {"", "\n\n", "30 24", "30 24 0:26 / /sys cgroup cgroup2",
                           "30 24 0:26 / /sys rw -", "a - b - cgroup"}) {
    EXPECT_TRUE(parse_mountinfo(text).empty()) << text;
  }
}

TEST(CgroupMountsTest, ReadsOwnCgroupsOfBothVersions) {
  std::vector<OwnCgroup> own =
      parse_own_cgroups("4:cpu,cpuacct:/a b\\040:c\n1:name=systemd:/\n0::/user.slice\n");
  ASSERT_EQ(own.size(), 3u);
  EXPECT_EQ(own[0].controllers, "cpu,cpuacct");
  EXPECT_EQ(own[0].path, "/a b\\040:c") << "nothing is escaped here, and a path may hold colons";
  EXPECT_EQ(own[1].controllers, "name=systemd");
  EXPECT_EQ(own[2].controllers, "");
  EXPECT_EQ(own[2].path, "/user.slice");
}

TEST(CgroupMountsTest, DoesNotParseGarbageAsACgroup) {
  for (const char* text : {"", "\n", "4", "4:memory", ":"}) {
    EXPECT_TRUE(parse_own_cgroups(text).empty()) << text;
  }
}

TEST(CgroupMountsTest, FindsACgroupBelowTheRootOfItsMount) {
  CgroupMount whole{"/", "/cg", "cgroup2", ""};
  EXPECT_EQ(cgroup_directory(whole, "/"), "/cg");
  EXPECT_EQ(cgroup_directory(whole, "/a/b"), "/cg/a/b");
  CgroupMount part{"/a", "/cg", "cgroup2", ""};
  EXPECT_EQ(cgroup_directory(part, "/a"), "/cg");
  EXPECT_EQ(cgroup_directory(part, "/a/b"), "/cg/b");
}

TEST(CgroupMountsTest, FindsNoCgroupOutsideItsMountOrNamespace) {
  EXPECT_EQ(cgroup_directory({"/a", "/cg", "cgroup2", ""}, "/ab"), std::nullopt);
  EXPECT_EQ(cgroup_directory({"/a", "/cg", "cgroup2", ""}, "/"), std::nullopt);
  EXPECT_EQ(cgroup_directory({"/..", "/cg", "cgroup2", ""}, "/../x"), std::nullopt);
  EXPECT_EQ(cgroup_directory({"/", "/cg", "cgroup2", ""}, "/../x"), std::nullopt);
}

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

TEST(CgroupMountsTest, FindsAControllerByItsWholeName) {
  TempFolder folder;
  folder.write("cgroup.subtree_control", "cpuset memory pids\n");
  EXPECT_TRUE(v2_controller_enabled(folder.path(), "cpuset"));
  EXPECT_TRUE(v2_controller_enabled(folder.path(), "memory"));
  EXPECT_TRUE(v2_controller_enabled(folder.path(), "pids"));
  EXPECT_FALSE(v2_controller_enabled(folder.path(), "cpu"));
  EXPECT_FALSE(v2_controller_enabled(folder.path(), "mem"));
  EXPECT_FALSE(v2_controller_enabled(folder.path(), ""));
}

TEST(CgroupMountsTest, FindsNoControllerIfNoneIsEnabledOrThereIsNoCgroup) {
  TempFolder folder;
  EXPECT_FALSE(v2_controller_enabled(folder.path(), "memory"));
  folder.write("cgroup.subtree_control", "\n");
  EXPECT_FALSE(v2_controller_enabled(folder.path(), "memory"));
}

}  // namespace
}  // namespace glovebox
