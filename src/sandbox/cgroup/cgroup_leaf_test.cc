// The launcher reads from a leaf why its slot died. Plain files replace those of cgroupfs.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "sandbox/cgroup/cgroup_meter.h"
#include "sandbox/cgroup/cgroup_tree.h"
#include "temp_folder.h"

namespace glovebox {
namespace {

constexpr std::int64_t kLimit = 16 << 20;

class CgroupLeafTest : public testing::Test {
 protected:
  CgroupLeafTest() {
    leaf_.record = map_leaf_record().value();
    leaf_.memory_directory = folder_.path();
    leaf_.record->job_memory_limit = kLimit;
    leaf_.record->oom_kills = 3;
    leaf_.record->oom_events = 2;
  }
  void use_v1(int oom_kills, std::int64_t peak) {
    leaf_.files.version = 1;
    folder_.write("memory.oom_control",
                  "oom_kill_disable 0\nunder_oom 0\noom_kill " + std::to_string(oom_kills) + "\n");
    folder_.write("memory.max_usage_in_bytes", std::to_string(peak) + "\n");
  }
  void use_v2(int oom_kills, int oom_events) {
    leaf_.files.version = 2;
    folder_.write("memory.events", "low 0\nhigh 0\nmax 7\noom " + std::to_string(oom_events) +
                                       "\noom_kill " + std::to_string(oom_kills) + "\n");
  }

  TempFolder folder_;
  CgroupLeaf leaf_;
};

TEST_F(CgroupLeafTest, AKillAtTheLimitIsForMemory) {
  use_v1(4, kLimit - 4096);
  EXPECT_TRUE(leaf_.was_killed_for_memory());
  use_v2(4, 3);
  EXPECT_TRUE(leaf_.was_killed_for_memory());
}

TEST_F(CgroupLeafTest, AKillOfAnEarlierJobIsNot) {
  use_v1(3, kLimit);
  EXPECT_FALSE(leaf_.was_killed_for_memory());
  use_v2(3, 3);
  EXPECT_FALSE(leaf_.was_killed_for_memory());
}

TEST_F(CgroupLeafTest, AKillBecauseTheHostRanOutIsNot) {
  use_v1(4, kLimit / 2);
  EXPECT_FALSE(leaf_.was_killed_for_memory());
  use_v2(4, 2);
  EXPECT_FALSE(leaf_.was_killed_for_memory());
}

TEST_F(CgroupLeafTest, AKillWithoutAJobIsNot) {
  leaf_.record->job_memory_limit = 0;
  use_v1(4, kLimit);
  EXPECT_FALSE(leaf_.was_killed_for_memory());
}

TEST_F(CgroupLeafTest, ALeafWithoutAMemoryControllerReportsNothing) {
  EXPECT_FALSE(CgroupLeaf().was_killed_for_memory());
}

TEST_F(CgroupLeafTest, ASlotHasHalfTheIoWeightOfTheServer) {
  folder_.write("io.weight", "default 100");
  set_io_weight(folder_.path());
  std::ifstream weight(folder_.path() / "io.weight");
  std::string text{std::istreambuf_iterator<char>(weight), {}};
  EXPECT_TRUE(text.starts_with(kSlotIoWeight)) << text;
}

TEST_F(CgroupLeafTest, WithoutTheIoControllerNoWeightIsSet) {
  set_io_weight(folder_.path());
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "io.weight"));
}

TEST_F(CgroupLeafTest, TheMeterKeepsTheRecord) {
  CgroupMeter meter(CgroupFiles(), leaf_.record);
  Limits limits;
  limits.memory = ByteCount(1 << 20);
  ASSERT_TRUE(meter.begin(limits).has_value());
  EXPECT_EQ(leaf_.record->job_memory_limit, 1 << 20);
  EXPECT_EQ(leaf_.record->oom_kills, 0);
  meter.end();
  EXPECT_EQ(leaf_.record->job_memory_limit, 0);
}

}  // namespace
}  // namespace glovebox
