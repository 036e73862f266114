#include "cli/usable_cpus.h"

#include <gtest/gtest.h>

#include <fstream>

namespace glovebox {
namespace {

class UsableCpusTest : public testing::Test {
 protected:
  UsableCpusTest() { std::filesystem::create_directories(mount_); }
  ~UsableCpusTest() override { std::filesystem::remove_all(mount_); }
  void write(const std::filesystem::path& file, const char* text) {
    std::filesystem::create_directories((mount_ / file).parent_path());
    std::ofstream(mount_ / file) << text;
  }
  std::filesystem::path mount_ =
      testing::TempDir() + testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(UsableCpusTest, ThereIsAlwaysOne) {
  EXPECT_GE(usable_cpus(), 1);
}

TEST_F(UsableCpusTest, TheSmallestQuotaAboveTheProcessCounts) {
  write("a/b/cpu.max", "max 100000\n");
  write("a/cpu.max", "150000 100000\n");
  EXPECT_DOUBLE_EQ(cgroup_cpu_quota("0::/a/b\n", mount_), 1.5);
}

TEST_F(UsableCpusTest, WithoutAQuotaThereIsNone) {
  write("a/cpu.max", "max 100000\n");
  EXPECT_EQ(cgroup_cpu_quota("0::/a\n", mount_), 0);
  EXPECT_EQ(cgroup_cpu_quota("garbage\n:::\n", mount_), 0);
}

TEST_F(UsableCpusTest, ReadsTheQuotaOfVersion1) {
  write("cpu/box/cpu.cfs_quota_us", "50000\n");
  write("cpu/box/cpu.cfs_period_us", "100000\n");
  write("cpu/cpu.cfs_quota_us", "-1\n");
  write("cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_DOUBLE_EQ(cgroup_cpu_quota("3:cpu,cpuacct:/box\n0::/\n", mount_), 0.5);
  EXPECT_EQ(cgroup_cpu_quota("3:cpuset:/box\n", mount_), 0);
}

}  // namespace
}  // namespace glovebox
