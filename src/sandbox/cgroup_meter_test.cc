// Plain files stand in for those of cgroupfs: the same numbers, rewritten where the kernel would.
// A write of a limit overwrites from wherever the descriptor stands, so limits are read back whole
// after a single begin().
#include "sandbox/cgroup_meter.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "base/os.h"
#include "temp_folder.h"

namespace glovebox {
namespace {

using namespace std::chrono_literals;

class CgroupMeterTest : public testing::Test {
 protected:
  TempFolder folder_;

  UniqueFd file(const std::string& name, std::string_view content) {
    return os::open(folder_.write(name, content), O_RDWR).value();
  }
  void put(const std::string& name, std::string_view content) { folder_.write(name, content); }
  std::string get(const std::string& name) {
    std::ifstream in(folder_.path() / name);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  CgroupFiles v1_files() {
    CgroupFiles files;
    files.version = 1;
    files.memory_limit = file("memory.limit", "");
    files.memory_swap_limit = file("memsw.limit", "");
    files.memory_current = file("memory.usage", "4096\n");
    // What resets it goes behind what the test says that the kernel answers then.
    files.memory_peak = os::open(folder_.write("memory.max_usage", ""), O_RDWR | O_APPEND).value();
    files.memory_events = file("oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
    files.memory_notify = os::eventfd().value();
    files.pids_limit = file("pids.max", "");
    files.pids_current = file("pids.current", "2\n");
    files.pids_events = file("pids.events", "max 5\n");
    files.cpu_limit = file("cfs_quota_us", "");
    files.cpu_user = file("usage_user", "1000000000\n");
    files.cpu_system = file("usage_sys", "500000000\n");
    return files;
  }

  CgroupFiles v2_files() {
    CgroupFiles files;
    files.version = 2;
    files.memory_limit = file("memory.max", "");
    files.memory_swap_limit = file("memory.swap.max", "");
    files.memory_current = file("memory.current", "4096\n");
    files.memory_events = file("memory.events",
                               "low 0\nhigh 0\nmax 7\noom 2\noom_kill 1\n"
                               "oom_group_kill 0\n");
    files.pids_limit = file("pids.max", "");
    files.pids_current = file("pids.current", "2\n");
    files.pids_peak = file("pids.peak", "9\n");
    files.pids_events = file("pids.events", "max 0\n");
    files.cpu_limit = file("cpu.max", "");
    files.cpu_user =
        file("cpu.stat", "usage_usec 30\nuser_usec 10\nsystem_usec 20\nnr_periods 0\n");
    return files;
  }

  static Limits limits() {
    Limits limits;
    limits.memory = ByteCount(1 << 20);
    limits.cpus = 1.5;
    limits.processes = 10;
    return limits;
  }
};

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
  EXPECT_EQ(meter.cpu_times().user, 3ms);  // whoever asks before a sample is not told of ticks
  meter.sample();
  put("usage", "2090000000\n");
  put("usage_user", "1004000000\n");
  put("usage_sys", "508000000\n");
  EXPECT_EQ(meter.cpu_times().total, 90ms);
  EXPECT_EQ(meter.cpu_times().user, 30ms);
  EXPECT_EQ(meter.cpu_times().system, 60ms);
  EXPECT_EQ(meter.cpu_total(), 90ms);
}

TEST_F(CgroupMeterTest, ThePeakOfAJobIsWhatItWasWhenItWasOver) {
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

TEST_F(CgroupMeterTest, SetsTheLimitsOfV1) {
  CgroupMeter meter(v1_files());
  ASSERT_TRUE(meter.begin(limits()).has_value());
  EXPECT_EQ(get("memory.limit"), "1048576");
  EXPECT_EQ(get("memsw.limit"), "-11048576");  // first out of the way, then down to the limit
  EXPECT_EQ(get("pids.max"), "12");            // supervisor and init live in the leaf too
  EXPECT_EQ(get("cfs_quota_us"), "150000");
}

TEST_F(CgroupMeterTest, SetsTheLimitsOfV2) {
  CgroupMeter meter(v2_files());
  ASSERT_TRUE(meter.begin(limits()).has_value());
  EXPECT_EQ(get("memory.max"), "1048576");
  EXPECT_EQ(get("memory.swap.max"), "0");
  EXPECT_EQ(get("pids.max"), "12");
  EXPECT_EQ(get("cpu.max"), "150000 100000");
}

TEST_F(CgroupMeterTest, NeverAsksForLessThanTheKernelsShortestQuota) {
  CgroupMeter meter(v2_files());
  Limits tiny = limits();
  tiny.cpus = 0.0001;
  ASSERT_TRUE(meter.begin(tiny).has_value());
  EXPECT_EQ(get("cpu.max"), "1000 100000");
}

TEST_F(CgroupMeterTest, WritesALimitAgainOnlyWhereItChanged) {
  CgroupMeter meter(v2_files());
  ASSERT_TRUE(meter.begin(limits()).has_value());
  ASSERT_TRUE(meter.begin(limits()).has_value());
  EXPECT_EQ(get("pids.max"), "12");
  Limits other = limits();
  other.processes = 20;
  ASSERT_TRUE(meter.begin(other).has_value());
  EXPECT_EQ(get("pids.max"), "1222");  // a plain file keeps both
  EXPECT_EQ(get("memory.max"), "1048576");
}

TEST_F(CgroupMeterTest, SetsAgainWhatAFailedJobHasChanged) {
  CgroupFiles files = v2_files();
  files.cpu_limit = os::open(folder_.path() / "cpu.max", O_RDONLY).value();
  CgroupMeter meter(std::move(files));
  EXPECT_EQ(meter.begin(limits()).error().errno_value(), EBADF);
  Limits other = limits();
  other.memory = ByteCount(2 << 20);
  EXPECT_TRUE(meter.begin(other).has_error());
  EXPECT_TRUE(meter.begin(limits()).has_error());
  EXPECT_EQ(get("memory.max"), "104857620971521048576");  // a plain file keeps all three
}

TEST_F(CgroupMeterTest, LeavesTheMemoryLimitWhereThereIsRoomBelowIt) {
  CgroupFiles files = v2_files();
  files.memory_current = file("memory.current", "524287\n");
  CgroupMeter v2(std::move(files));
  ASSERT_TRUE(v2.begin(limits()).has_value());
  v2.make_room();
  EXPECT_EQ(get("memory.max"), "1048576");
}

TEST_F(CgroupMeterTest, LiftsTheCpuQuotaUntilTheNextJob) {
  CgroupMeter v2(v2_files());
  ASSERT_TRUE(v2.begin(limits()).has_value());
  v2.lift_cpu_quota();
  v2.lift_cpu_quota();
  EXPECT_EQ(get("cpu.max"), "150000 100000max");  // a plain file keeps all
  ASSERT_TRUE(v2.begin(limits()).has_value());
  EXPECT_EQ(get("cpu.max"), "150000 100000max150000 100000");
  EXPECT_EQ(get("memory.max"), "1048576");  // nothing else is lifted

  CgroupMeter v1(v1_files());
  ASSERT_TRUE(v1.begin(limits()).has_value());
  v1.lift_cpu_quota();
  EXPECT_EQ(get("cfs_quota_us"), "150000-1");
}

TEST_F(CgroupMeterTest, HasNoCpuQuotaToLiftWithoutItsFile) {
  CgroupMeter meter{CgroupFiles()};
  ASSERT_TRUE(meter.begin(limits()).has_value());
  meter.lift_cpu_quota();
}

TEST_F(CgroupMeterTest, TakesBackWhatAnEarlierJobHasLeftBeforeItSetsASmallLimit) {
  CgroupFiles files = v2_files();
  files.memory_current = file("memory.current", "600000\n");
  files.memory_reclaim = file("memory.reclaim", "");
  CgroupMeter v2(std::move(files));
  std::thread kernel([&] {
    while (get("memory.reclaim").empty()) std::this_thread::sleep_for(1ms);
    std::this_thread::sleep_for(50ms);
    EXPECT_EQ(get("memory.max"), "");  // it still waits
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
  ASSERT_TRUE(v1.begin(limits()).has_value());  // it does not wait for ever
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 1s);
  EXPECT_EQ(get("memory.force_empty"), "0");
  EXPECT_EQ(get("memory.limit"), "1048576");
}

TEST_F(CgroupMeterTest, TakesNothingBackWhereThereIsRoom) {
  CgroupFiles files = v2_files();
  files.memory_current = file("memory.current", "524288\n");
  files.memory_reclaim = file("memory.reclaim", "");
  CgroupMeter v2(std::move(files));
  ASSERT_TRUE(v2.begin(limits()).has_value());
  EXPECT_EQ(get("memory.reclaim"), "");
}

TEST_F(CgroupMeterTest, LiftsTheMemoryLimitUntilTheNextJob) {
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

TEST_F(CgroupMeterTest, LiftsBothMemoryLimitsOfV1) {
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

TEST_F(CgroupMeterTest, FailsWhereALimitCannotBeSet) {
  CgroupFiles files = v2_files();
  files.pids_limit = os::open(folder_.path() / "pids.max", O_RDONLY).value();
  CgroupMeter meter(std::move(files));
  EXPECT_EQ(meter.begin(limits()).error().errno_value(), EBADF);
}

TEST_F(CgroupMeterTest, CountsV1CpuTimeFromWhereTheLastJobLeftIt) {
  CgroupMeter meter(v1_files());
  ASSERT_TRUE(meter.begin(limits()).has_value());
  EXPECT_EQ(meter.cpu_times().user, 0ns);
  put("usage_user", "1000000300\n");
  put("usage_sys", "500000020\n");
  EXPECT_EQ(meter.cpu_times().user, 300ns);
  EXPECT_EQ(meter.cpu_times().system, 20ns);
}

TEST_F(CgroupMeterTest, CountsV2CpuTimeFromWhereTheLastJobLeftIt) {
  CgroupMeter meter(v2_files());
  ASSERT_TRUE(meter.begin(limits()).has_value());
  put("cpu.stat", "usage_usec 333\nuser_usec 110\nsystem_usec 223\n");
  EXPECT_EQ(meter.cpu_times().user, 100us);
  EXPECT_EQ(meter.cpu_times().system, 203us);
}

// "oom_kill_disable" comes first in v1, "oom" and "oom_group_kill" beside it in v2.
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

TEST_F(CgroupMeterTest, CountsRefusedForksOfThisJobAlone) {
  CgroupMeter meter(v1_files());
  ASSERT_TRUE(meter.begin(limits()).has_value());
  EXPECT_EQ(meter.forks_refused(), 0);
  put("pids.events", "max 12\n");
  EXPECT_EQ(meter.forks_refused(), 7);
}

TEST_F(CgroupMeterTest, TakesTheKernelsMemoryPeakWhereItCanBeReset) {
  CgroupMeter meter(v1_files());
  ASSERT_TRUE(meter.begin(limits()).has_value());
  EXPECT_EQ(get("memory.max_usage"), "0");
  put("memory.max_usage", "777777\n");
  put("memory.usage", "999999\n");
  meter.sample();
  EXPECT_EQ(meter.peak_memory(), ByteCount(777777));
}

// What a leaf is charged with where a job begins, as the kernel resets the peak to it.
TEST_F(CgroupMeterTest, WhatEarlierJobsLeftChargedIsNotAJobsPeak) {
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

TEST_F(CgroupMeterTest, SamplesMemoryWhereThereIsNoPeakOrItCannotBeReset) {
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
  EXPECT_EQ(meter.peak_memory(), ByteCount(0)) << "the next job starts anew";
}

TEST_F(CgroupMeterTest, TakesAPeakThatNeverFallsOnlyWhereThisJobRaisedIt) {
  CgroupFiles files = v2_files();
  files.memory_peak = os::open(folder_.write("memory.peak", "888888\n"), O_RDONLY).value();
  CgroupMeter meter(std::move(files));
  ASSERT_TRUE(meter.begin(limits()).has_value());
  meter.sample();
  EXPECT_EQ(meter.peak_memory(), ByteCount(4096));
  put("memory.peak", "888889\n");
  EXPECT_EQ(meter.peak_memory(), ByteCount(888889));
}

TEST_F(CgroupMeterTest, TakesTheKernelsPeakOfProcessesOnlyWhereThisJobSetIt) {
  CgroupMeter meter(v2_files());  // an earlier job's peak: 9
  ASSERT_TRUE(meter.begin(limits()).has_value());
  put("pids.current", "6\n");
  meter.sample();
  EXPECT_EQ(meter.peak_processes(), 6 - CgroupMeter::kOwnProcesses);
  put("pids.peak", "11\n");
  EXPECT_EQ(meter.peak_processes(), 11 - CgroupMeter::kOwnProcesses);
}

TEST_F(CgroupMeterTest, NeverCountsLessThanNoProcess) {
  CgroupMeter meter(v1_files());
  ASSERT_TRUE(meter.begin(limits()).has_value());
  put("pids.current", "1\n");
  meter.sample();
  EXPECT_EQ(meter.peak_processes(), 0);
}

TEST_F(CgroupMeterTest, TakesGarbageForZero) {
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

TEST_F(CgroupMeterTest, HearsOfV1OutOfMemoryByItsNotificationOnce) {
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

TEST_F(CgroupMeterTest, HearsOfV2OutOfMemoryByItsCounter) {
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
