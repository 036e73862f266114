// How limits are set and lifted and how memory is reclaimed for them, with plain files in place of
// cgroupfs; see cgroup_meter_fixture.h.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

#include "sandbox/cgroup/cgroup_meter_fixture.h"

namespace glovebox {
namespace {

using namespace std::chrono_literals;
using CgroupLimitsTest = CgroupMeterFixture;

TEST_F(CgroupLimitsTest, SetsTheLimitsOfV1) {
  CgroupMeter meter(v1_files());
  ASSERT_TRUE(meter.begin(limits()).has_value());
  EXPECT_EQ(get("memory.limit"), "1048576");
  EXPECT_EQ(get("memsw.limit"), "-11048576");  // first lifted, then lowered to the limit
  EXPECT_EQ(get("pids.max"), "12");            // the supervisor and the init are in the leaf too
  EXPECT_EQ(get("cfs_quota_us"), "150000");
}

TEST_F(CgroupLimitsTest, SetsTheLimitsOfV2) {
  CgroupMeter meter(v2_files());
  ASSERT_TRUE(meter.begin(limits()).has_value());
  EXPECT_EQ(get("memory.max"), "1048576");
  EXPECT_EQ(get("memory.swap.max"), "0");
  EXPECT_EQ(get("pids.max"), "12");
  EXPECT_EQ(get("cpu.max"), "150000 100000");
}

TEST_F(CgroupLimitsTest, NeverSetsLessThanTheKernelsShortestQuota) {
  CgroupMeter meter(v2_files());
  Limits tiny = limits();
  tiny.cpus = 0.0001;
  ASSERT_TRUE(meter.begin(tiny).has_value());
  EXPECT_EQ(get("cpu.max"), "1000 100000");
}

TEST_F(CgroupLimitsTest, WritesALimitAgainOnlyWhereItChanged) {
  CgroupMeter meter(v2_files());
  ASSERT_TRUE(meter.begin(limits()).has_value());
  ASSERT_TRUE(meter.begin(limits()).has_value());
  EXPECT_EQ(get("pids.max"), "12");
  Limits other = limits();
  other.processes = 20;
  ASSERT_TRUE(meter.begin(other).has_value());
  EXPECT_EQ(get("pids.max"), "1222");  // a plain file keeps both writes
  EXPECT_EQ(get("memory.max"), "1048576");
}

TEST_F(CgroupLimitsTest, SetsAgainWhatAFailedJobHasChanged) {
  CgroupFiles files = v2_files();
  files.cpu_limit = os::open(folder_.path() / "cpu.max", O_RDONLY).value();
  CgroupMeter meter(std::move(files));
  EXPECT_EQ(meter.begin(limits()).error().errno_value(), EBADF);
  Limits other = limits();
  other.memory = ByteCount(2 << 20);
  EXPECT_TRUE(meter.begin(other).has_error());
  EXPECT_TRUE(meter.begin(limits()).has_error());
  EXPECT_EQ(get("memory.max"), "104857620971521048576");  // a plain file keeps all three writes
}

TEST_F(CgroupLimitsTest, KeepsTheMemoryLimitIfThereIsRoomBelowIt) {
  CgroupFiles files = v2_files();
  files.memory_current = file("memory.current", "524287\n");
  CgroupMeter v2(std::move(files));
  ASSERT_TRUE(v2.begin(limits()).has_value());
  v2.make_room();
  EXPECT_EQ(get("memory.max"), "1048576");
}

TEST_F(CgroupLimitsTest, LiftsTheCpuQuotaUntilTheNextJob) {
  CgroupMeter v2(v2_files());
  ASSERT_TRUE(v2.begin(limits()).has_value());
  v2.lift_cpu_quota();
  v2.lift_cpu_quota();
  EXPECT_EQ(get("cpu.max"), "150000 100000max");  // a plain file keeps all writes
  ASSERT_TRUE(v2.begin(limits()).has_value());
  EXPECT_EQ(get("cpu.max"), "150000 100000max150000 100000");
  EXPECT_EQ(get("memory.max"), "1048576");  // nothing else is lifted

  CgroupMeter v1(v1_files());
  ASSERT_TRUE(v1.begin(limits()).has_value());
  v1.lift_cpu_quota();
  EXPECT_EQ(get("cfs_quota_us"), "150000-1");
}

TEST_F(CgroupLimitsTest, HasNoCpuQuotaToLiftWithoutItsFile) {
  CgroupMeter meter{CgroupFiles()};
  ASSERT_TRUE(meter.begin(limits()).has_value());
  meter.lift_cpu_quota();
}

TEST_F(CgroupLimitsTest, ReclaimsMemoryOfAnEarlierJobBeforeItSetsASmallLimit) {
  CgroupFiles files = v2_files();
  files.memory_current = file("memory.current", "600000\n");
  files.memory_reclaim = file("memory.reclaim", "");
  CgroupMeter v2(std::move(files));
  std::thread kernel([&] {
    while (get("memory.reclaim").empty()) std::this_thread::sleep_for(1ms);
    std::this_thread::sleep_for(50ms);
    EXPECT_EQ(get("memory.max"), "");  // it is still waiting
    put("memory.current", "524288\n");
  });
  ASSERT_TRUE(v2.begin(limits()).has_value());
  kernel.join();
  EXPECT_EQ(get("memory.reclaim"), "75712");
  EXPECT_EQ(get("memory.max"), "1048576");

  files = v1_files();
  files.memory_current = file("memory.usage", "600000\n");
  files.memory_reclaim = file("memory.force_empty", "");
  CgroupMeter v1(std::move(files));
  auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(v1.begin(limits()).has_value());  // the wait has a bound
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 1s);
  EXPECT_EQ(get("memory.force_empty"), "0");
  EXPECT_EQ(get("memory.limit"), "1048576");
}

TEST_F(CgroupLimitsTest, ReclaimsNothingIfThereIsRoom) {
  CgroupFiles files = v2_files();
  files.memory_current = file("memory.current", "524288\n");
  files.memory_reclaim = file("memory.reclaim", "");
  CgroupMeter v2(std::move(files));
  ASSERT_TRUE(v2.begin(limits()).has_value());
  EXPECT_EQ(get("memory.reclaim"), "");
}

TEST_F(CgroupLimitsTest, LiftsTheMemoryLimitUntilTheNextJob) {
  CgroupFiles files = v2_files();
  files.memory_current = file("memory.current", "524288\n");
  CgroupMeter v2(std::move(files));
  ASSERT_TRUE(v2.begin(limits()).has_value());
  v2.make_room();
  EXPECT_EQ(get("memory.max"), "1048576max");
  ASSERT_TRUE(v2.begin(limits()).has_value());
  EXPECT_EQ(get("memory.max"), "1048576max1048576");
  EXPECT_EQ(get("pids.max"), "12");  // nothing else is lifted
  EXPECT_EQ(get("cpu.max"), "150000 100000");
}

TEST_F(CgroupLimitsTest, LiftsBothMemoryLimitsOfV1) {
  CgroupFiles files = v1_files();
  files.memory_current = file("memory.usage", "1048576\n");
  CgroupMeter v1(std::move(files));
  ASSERT_TRUE(v1.begin(limits()).has_value());
  put("memory.max_usage", "1048576\n");
  v1.make_room();
  EXPECT_EQ(get("memory.limit"), "1048576-1");
  EXPECT_EQ(get("memsw.limit"), "-11048576-1-1");
  ASSERT_TRUE(v1.begin(limits()).has_value());
  EXPECT_EQ(get("memory.limit"), "1048576-11048576");
}

TEST_F(CgroupLimitsTest, FailsIfALimitCannotBeSet) {
  CgroupFiles files = v2_files();
  files.pids_limit = os::open(folder_.path() / "pids.max", O_RDONLY).value();
  CgroupMeter meter(std::move(files));
  EXPECT_EQ(meter.begin(limits()).error().errno_value(), EBADF);
}

}  // namespace
}  // namespace glovebox
