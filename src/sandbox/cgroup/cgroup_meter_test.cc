// What is counted, with plain files in place of cgroupfs; see cgroup_meter_fixture.h.
#include "sandbox/cgroup/cgroup_meter.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <unistd.h>

#include "sandbox/cgroup/cgroup_meter_fixture.h"

namespace glovebox {
namespace {

using namespace std::chrono_literals;
using CgroupMeterTest = CgroupMeterFixture;

TEST_F(CgroupMeterTest, HasNothingWithoutFiles) {
  CgroupMeter meter{CgroupFiles()};
  EXPECT_FALSE(meter.has_memory());
  EXPECT_FALSE(meter.has_pids());
  EXPECT_FALSE(meter.has_cpu_time());
  ASSERT_TRUE(meter.begin(limits()).has_value());
  meter.sample();
  EXPECT_EQ(meter.cpu_times().user, 0ns);
  EXPECT_EQ(meter.cpu_times().system, 0ns);
  EXPECT_EQ(meter.peak_memory(), ByteCount(0));
  EXPECT_EQ(meter.peak_processes(), 0);
  EXPECT_EQ(meter.oom_kills(), 0);
  EXPECT_EQ(meter.forks_refused(), 0);
  EXPECT_EQ(meter.notify_fd(), -1);
  EXPECT_FALSE(meter.out_of_memory());
  meter.make_room();
}

TEST_F(CgroupMeterTest, SplitsTheExactTotalOfV1ByItsTicks) {
  CgroupFiles files = v1_files();
  files.cpu_total = file("usage", "2000000000\n");
  CgroupMeter meter(std::move(files));
  ASSERT_TRUE(meter.begin(limits()).has_value());
  put("usage", "2003000000\n");
  EXPECT_EQ(meter.cpu_times().user, 3ms);  // without a sample, ticks are not used
  meter.sample();
  put("usage", "2090000000\n");
  put("usage_user", "1004000000\n");
  put("usage_sys", "508000000\n");
  EXPECT_EQ(meter.cpu_times().total, 90ms);
  EXPECT_EQ(meter.cpu_times().user, 30ms);
  EXPECT_EQ(meter.cpu_times().system, 60ms);
  EXPECT_EQ(meter.cpu_total(), 90ms);
}

TEST_F(CgroupMeterTest, ThePeakOfAJobIsThatOfItsEnd) {
  CgroupMeter v1(v1_files());
  put("memory.max_usage", "4096\n");
  ASSERT_TRUE(v1.begin(limits()).has_value());
  put("memory.max_usage", "65536\n");
  v1.make_room();
  put("memory.max_usage", "1000000\n");  // by the supervisor
  EXPECT_EQ(v1.peak_memory(), ByteCount(65536));
  v1.note_base();
  put("memory.max_usage", "1200000\n");
  EXPECT_GT(v1.peak_memory(), ByteCount(65536));
}

TEST_F(CgroupMeterTest, CountsV1CpuTimeFromTheEndOfTheLastJob) {
  CgroupMeter meter(v1_files());
  ASSERT_TRUE(meter.begin(limits()).has_value());
  EXPECT_EQ(meter.cpu_times().user, 0ns);
  put("usage_user", "1000000300\n");
  put("usage_sys", "500000020\n");
  EXPECT_EQ(meter.cpu_times().user, 300ns);
  EXPECT_EQ(meter.cpu_times().system, 20ns);
}

TEST_F(CgroupMeterTest, CountsV2CpuTimeFromTheEndOfTheLastJob) {
  CgroupMeter meter(v2_files());
  ASSERT_TRUE(meter.begin(limits()).has_value());
  put("cpu.stat", "usage_usec 333\nuser_usec 110\nsystem_usec 223\n");
  EXPECT_EQ(meter.cpu_times().user, 100us);
  EXPECT_EQ(meter.cpu_times().system, 203us);
}

// "oom_kill_disable" comes before "oom_kill" in v1; "oom" and "oom_group_kill" are next to it in
// v2.
TEST_F(CgroupMeterTest, CountsOomKillsByTheWholeKey) {
  CgroupMeter v1(v1_files());
  ASSERT_TRUE(v1.begin(limits()).has_value());
  EXPECT_EQ(v1.oom_kills(), 0);
  put("oom_control", "oom_kill_disable 1\nunder_oom 0\noom_kill 5\n");
  EXPECT_EQ(v1.oom_kills(), 2);
  CgroupMeter v2(v2_files());
  ASSERT_TRUE(v2.begin(limits()).has_value());
  put("memory.events", "max 99\noom 8\noom_kill 4\noom_group_kill 9\n");
  EXPECT_EQ(v2.oom_kills(), 3);
}

TEST_F(CgroupMeterTest, CountsOnlyRefusedForksOfThisJob) {
  CgroupMeter meter(v1_files());
  ASSERT_TRUE(meter.begin(limits()).has_value());
  EXPECT_EQ(meter.forks_refused(), 0);
  put("pids.events", "max 12\n");
  EXPECT_EQ(meter.forks_refused(), 7);
}

TEST_F(CgroupMeterTest, UsesTheKernelsMemoryPeakIfItCanBeReset) {
  CgroupMeter meter(v1_files());
  ASSERT_TRUE(meter.begin(limits()).has_value());
  EXPECT_EQ(get("memory.max_usage"), "0");
  put("memory.max_usage", "777777\n");
  put("memory.usage", "999999\n");
  meter.sample();
  EXPECT_EQ(meter.peak_memory(), ByteCount(777777));
}

// The leaf's charge when a job begins; the kernel resets the peak to it.
TEST_F(CgroupMeterTest, MemoryLeftByEarlierJobsIsNotAJobsPeak) {
  CgroupMeter meter(v1_files());
  auto peak_from = [&](const char* base, const char* peak) {
    put("memory.max_usage", base);
    meter.note_base();
    EXPECT_TRUE(meter.begin(limits()).has_value());
    put("memory.max_usage", peak);
    return meter.peak_memory();
  };
  EXPECT_EQ(peak_from("100000\n", "100000\n"), ByteCount(100000))
      << "a fresh leaf's own: any job's";
  EXPECT_EQ(peak_from("500000\n", "777777\n"), ByteCount(377777)) << "400000 are left over";
  EXPECT_EQ(peak_from("500000\n", "500000\n"), ByteCount(100000)) << "never nothing";
  EXPECT_EQ(peak_from("50000\n", "60000\n"), ByteCount(60000)) << "now it is known to be less";
}

TEST_F(CgroupMeterTest, SamplesMemoryIfThereIsNoPeakOrItCannotBeReset) {
  CgroupFiles files = v2_files();
  files.memory_peak = os::open(folder_.write("memory.peak", "888888\n"), O_RDONLY).value();
  CgroupMeter meter(std::move(files));
  ASSERT_TRUE(meter.begin(limits()).has_value());
  for (const char* current : {"5000\n", "9000\n", "6000\n"}) {
    put("memory.current", current);
    meter.sample();
  }
  EXPECT_EQ(meter.peak_memory(), ByteCount(9000));
  ASSERT_TRUE(meter.begin(limits()).has_value());
  EXPECT_EQ(meter.peak_memory(), ByteCount(0)) << "the next job starts from zero";
}

TEST_F(CgroupMeterTest, UsesAPeakThatNeverFallsOnlyIfThisJobRaisedIt) {
  CgroupFiles files = v2_files();
  files.memory_peak = os::open(folder_.write("memory.peak", "888888\n"), O_RDONLY).value();
  CgroupMeter meter(std::move(files));
  ASSERT_TRUE(meter.begin(limits()).has_value());
  meter.sample();
  EXPECT_EQ(meter.peak_memory(), ByteCount(4096));
  put("memory.peak", "888889\n");
  EXPECT_EQ(meter.peak_memory(), ByteCount(888889));
}

TEST_F(CgroupMeterTest, UsesTheKernelsPeakOfProcessesOnlyIfThisJobSetIt) {
  CgroupMeter meter(v2_files());  // an earlier job's peak: 9
  ASSERT_TRUE(meter.begin(limits()).has_value());
  put("pids.current", "6\n");
  meter.sample();
  EXPECT_EQ(meter.peak_processes(), 6 - CgroupMeter::kOwnProcesses);
  put("pids.peak", "11\n");
  EXPECT_EQ(meter.peak_processes(), 11 - CgroupMeter::kOwnProcesses);
}

TEST_F(CgroupMeterTest, NeverCountsANegativeNumberOfProcesses) {
  CgroupMeter meter(v1_files());
  ASSERT_TRUE(meter.begin(limits()).has_value());
  put("pids.current", "1\n");
  meter.sample();
  EXPECT_EQ(meter.peak_processes(), 0);
}

TEST_F(CgroupMeterTest, TreatsGarbageAsZero) {
  CgroupMeter meter(v2_files());
  ASSERT_TRUE(meter.begin(limits()).has_value());
  for (const char* garbage : {"", "max\n", "oom_kill", "oom_kill \n", "xoom_kill 5\n"}) {
    put("memory.events", garbage);
    put("memory.current", garbage);
    meter.sample();
    EXPECT_FALSE(meter.out_of_memory()) << garbage;
    EXPECT_EQ(meter.peak_memory(), ByteCount(0)) << garbage;
  }
}

TEST_F(CgroupMeterTest, SeesV1OutOfMemoryOnceByItsNotification) {
  CgroupFiles files = v1_files();
  int notify = files.memory_notify.get();
  CgroupMeter meter(std::move(files));
  std::uint64_t one = 1;
  ASSERT_EQ(::write(notify, &one, sizeof one), 8);  // an earlier job's
  ASSERT_TRUE(meter.begin(limits()).has_value());
  EXPECT_EQ(meter.notify_fd(), notify);
  EXPECT_EQ(meter.notify_events(), POLLIN);
  EXPECT_FALSE(meter.out_of_memory());
  ASSERT_EQ(::write(notify, &one, sizeof one), 8);
  EXPECT_TRUE(meter.out_of_memory());
  EXPECT_FALSE(meter.out_of_memory());
}

TEST_F(CgroupMeterTest, SeesV2OutOfMemoryByItsCounter) {
  CgroupFiles files = v2_files();
  int events = files.memory_events.get();
  CgroupMeter meter(std::move(files));
  ASSERT_TRUE(meter.begin(limits()).has_value());
  EXPECT_EQ(meter.notify_fd(), events);
  EXPECT_EQ(meter.notify_events(), POLLPRI);
  put("memory.events", "max 100\noom 2\noom_kill 1\n");
  EXPECT_FALSE(meter.out_of_memory()) << "reaching the limit is not being killed for it";
  put("memory.events", "max 100\noom 3\noom_kill 2\n");
  EXPECT_TRUE(meter.out_of_memory());
}

}  // namespace
}  // namespace glovebox
