#include "sandbox/slot/job_watch.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "base/os.h"
#include "sandbox/exec/pidfd.h"
#include "sandbox/slot/packet.h"
#include "sandbox/slot/slot_protocol.h"
#include "temp_folder.h"

namespace glovebox {
namespace {

using namespace std::chrono_literals;

constexpr int exit_status(int code) {
  return code << 8;
}

LimitKind which(const Outcome& outcome) {
  const auto* limit = std::get_if<LimitExceeded>(&outcome);
  EXPECT_NE(limit, nullptr) << describe(outcome);
  return limit != nullptr ? limit->which : LimitKind(-1);
}

class OneProcess final : public JobProcesses {
 public:
  explicit OneProcess(const UniqueFd& pidfd) : pidfd_(pidfd) {}
  const UniqueFd& end() const override { return pidfd_; }
  void terminate() override { ADD_FAILURE() << "no job here has a grace"; }
  void kill() override { pidfd_kill(pidfd_); }

 private:
  const UniqueFd& pidfd_;
};

// A host without cgroups, unless a test provides files: only the report has counts.
class JobWatchTest : public testing::Test {
 protected:
  // The wall clock ends a test whose own reason does not.
  Limits limits_{.wall_time = 20s, .cpu_time = 500s, .grace = 0ms, .processes = 10};
  JobReport report_{};
  CgroupMeter meter_{CgroupFiles()};
  std::pair<UniqueFd, UniqueFd> server_ = os::seqpacket_pair().value();  // {slot's end, server's}
  std::pair<UniqueFd, UniqueFd> lifeline_ = os::pipe().value();

  Outcome judge_status(int wait_status, bool disk_full = false) {
    report_.tool_ended = true;
    report_.wait_status = wait_status;
    return JobWatch(limits_, meter_, report_).judge(disk_full);
  }

  // A child that waits to be killed replaces the job's init. `at_end` is its expected wait status,
  // so that no test passes because the child ended for another reason.
  void watch_child(JobWatch& watch, bool parents_stay) {
    os::CloneResult child = os::clone_process().value();
    if (child.pid == 0) {
      for (;;) ::pause();
    }
    OneProcess job(child.pidfd);
    EXPECT_EQ(watch.wait(job, server_.first, lifeline_.first), parents_stay);
    int status = 0;
    ASSERT_EQ(::waitpid(child.pid, &status, 0), child.pid);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  }
};

TEST_F(JobWatchTest, ReportsAnExitByItsCode) {
  EXPECT_EQ(judge_status(exit_status(0)), Outcome(Exited{0}));
  EXPECT_EQ(judge_status(exit_status(3)), Outcome(Exited{3}));
  EXPECT_EQ(judge_status(exit_status(255)), Outcome(Exited{255}));
}

TEST_F(JobWatchTest, ReportsASignalByItsNumber) {
  EXPECT_EQ(judge_status(SIGSEGV), Outcome(Signaled{SIGSEGV}));
  EXPECT_EQ(judge_status(SIGABRT | 0x80), Outcome(Signaled{SIGABRT}));  // with a core dump
}

// A tool can send itself any signal: the verdict of a limit needs a measurement.
TEST_F(JobWatchTest, T91TreatsASignalAsALimitOnlyIfTheCounterAgrees) {
  limits_.disk = ByteCount(4096);
  limits_.cpu_time = 2s;
  for (int signal : {SIGXFSZ, SIGXCPU, SIGSYS}) {
    EXPECT_EQ(judge_status(signal), Outcome(Signaled{signal}));
  }
  EXPECT_EQ(judge_status(SIGXFSZ, true),
            Outcome(LimitExceeded{LimitKind::kDisk, 4096, 4096, std::nullopt, SIGXFSZ}));
}

TEST_F(JobWatchTest, TreatsTheKernelsCpuSignalAsTheCpuLimit) {
  limits_.cpu_time = 2s;
  report_.tool_ended = true;
  report_.wait_status = SIGXCPU;
  rusage reaped{};
  reaped.ru_utime = {3, 0};
  JobWatch watch(limits_, meter_, report_);
  watch.set_reaped(reaped);
  EXPECT_EQ(watch.judge(false),
            Outcome(LimitExceeded{LimitKind::kCpuTime, 2000, 3000, std::nullopt, SIGXCPU}));
}

TEST_F(JobWatchTest, T91ReportsAViolationOnlyIfTheFilterSawIt) {
  report_.foreign_call = true;
  EXPECT_TRUE(std::holds_alternative<Violation>(judge_status(SIGKILL)));
}

TEST_F(JobWatchTest, ReportsAFullDiskOnlyForAFailure) {
  EXPECT_EQ(judge_status(exit_status(0), true), Outcome(Exited{0}));
  Outcome failed = judge_status(exit_status(1), true);
  EXPECT_EQ(which(failed), LimitKind::kDisk);
  EXPECT_EQ(std::get<LimitExceeded>(failed).exit_code, 1);
  EXPECT_EQ(which(judge_status(SIGABRT, true)), LimitKind::kDisk);
}

TEST_F(JobWatchTest, ReportsTheProcessLimitOnlyForAFailureAtTheLimit) {
  report_.peak_processes = 9;
  EXPECT_EQ(judge_status(exit_status(1)), Outcome(Exited{1}));
  report_.peak_processes = 10;
  EXPECT_EQ(judge_status(exit_status(0)), Outcome(Exited{0}));
  EXPECT_EQ(judge_status(exit_status(1)),
            Outcome(LimitExceeded{LimitKind::kProcesses, 10, 10, 1, std::nullopt}));
}

TEST_F(JobWatchTest, ReportsAKilledInitAsAKill) {
  EXPECT_EQ(JobWatch(limits_, meter_, report_).judge(false), Outcome(Signaled{SIGKILL}));
}

TEST_F(JobWatchTest, ReportsWhatTheWatcherCountedAndTheTimesOfTheReaped) {
  report_.cpu_ns = 1'234'000'000;
  report_.peak_memory_bytes = 5 << 20;
  report_.peak_processes = 4;
  rusage reaped{};
  reaped.ru_utime = {1, 500'000};
  reaped.ru_stime = {0, 20'000};
  JobWatch watch(limits_, meter_, report_);
  watch.set_reaped(reaped);
  EXPECT_EQ(watch.usage(), (Usage{1500ms, 20ms, ByteCount(5 << 20), 4}));
}

TEST_F(JobWatchTest, CountsTheToolItselfEvenWhereNobodyCounted) {
  EXPECT_EQ(JobWatch(limits_, meter_, report_).usage().peak_processes, 1);
}

TEST_F(JobWatchTest, ReturnsWhenTheJobEndsByItself) {
  os::CloneResult child = os::clone_process().value();
  if (child.pid == 0) ::_exit(0);
  JobWatch watch(limits_, meter_, report_);
  OneProcess job(child.pidfd);
  EXPECT_TRUE(watch.wait(job, server_.first, lifeline_.first));
  ::waitpid(child.pid, nullptr, 0);
  report_.tool_ended = true;
  EXPECT_EQ(watch.judge(false), Outcome(Exited{0}));
}

TEST_F(JobWatchTest, KillsAtTheWallClock) {
  limits_.wall_time = 1ms;
  JobWatch watch(limits_, meter_, report_);
  watch_child(watch, true);
  Outcome outcome = watch.judge(false);
  EXPECT_EQ(which(outcome), LimitKind::kWallTime);
  EXPECT_EQ(std::get<LimitExceeded>(outcome).configured, 1);
  EXPECT_GE(std::get<LimitExceeded>(outcome).observed, 1);
}

TEST_F(JobWatchTest, SendsTheUsageToTheServerWhileItRuns) {
  limits_.wall_time = 1200ms;
  report_.cpu_ns = 30'000'000;
  report_.peak_memory_bytes = 5 << 20;
  report_.peak_processes = 4;
  JobWatch watch(limits_, meter_, report_);
  watch_child(watch, true);
  int told = 0;
  for (;; ++told) {
    Packet packet = receive_packet(server_.second.get(), false).value();
    if (packet.empty) break;
    FromSlot message = decode_from_slot(packet.bytes).value();
    EXPECT_EQ(std::get<UsedPacket>(message).usage, (Usage{30ms, 0ms, ByteCount(5 << 20), 4}));
  }
  EXPECT_GE(told, 1);
  EXPECT_LE(told, 3);
}

TEST_F(JobWatchTest, KillsAtTheCpuLimit) {
  report_.cpu_ns = std::chrono::nanoseconds(limits_.cpu_time).count();
  JobWatch watch(limits_, meter_, report_);
  watch_child(watch, true);
  EXPECT_EQ(which(watch.judge(false)), LimitKind::kCpuTime);
}

TEST_F(JobWatchTest, KillsOverTheMemoryLimit) {
  report_.memory_bytes = static_cast<std::int64_t>(limits_.memory.bytes()) + 1;
  JobWatch watch(limits_, meter_, report_);
  watch_child(watch, true);
  EXPECT_EQ(which(watch.judge(false)), LimitKind::kMemory);
}

TEST_F(JobWatchTest, KillsAtTheServersRequest) {
  ASSERT_TRUE(send_packet(server_.second.get(), encode(KillPacket{})).has_value());
  JobWatch watch(limits_, meter_, report_);
  watch_child(watch, true);
  EXPECT_EQ(watch.judge(false), Outcome(Cancelled{}));
  EXPECT_FALSE(watch.was_orphaned());
}

TEST_F(JobWatchTest, KillsWhenTheServerIsGone) {
  server_.second.reset();
  JobWatch watch(limits_, meter_, report_);
  watch_child(watch, false);
  EXPECT_TRUE(watch.was_orphaned());
}

TEST_F(JobWatchTest, KillsWhenTheLauncherIsGone) {
  lifeline_.second.reset();
  JobWatch watch(limits_, meter_, report_);
  watch_child(watch, false);
  EXPECT_TRUE(watch.was_orphaned());
}

// The server sends no other packet at this time; if it does, the job does not end.
TEST_F(JobWatchTest, IgnoresPacketsOtherThanKill) {
  ASSERT_TRUE(send_packet(server_.second.get(), "nonsense").has_value());
  ASSERT_TRUE(send_packet(server_.second.get(), encode(RunPacket{})).has_value());
  limits_.wall_time = 1ms;
  JobWatch watch(limits_, meter_, report_);
  watch_child(watch, true);
  EXPECT_EQ(which(watch.judge(false)), LimitKind::kWallTime);
}

TEST_F(JobWatchTest, ReportsTheProcessLimitForAStandstillAtIt) {
  limits_.wall_time = 1ms;
  report_.peak_processes = 10;
  JobWatch watch(limits_, meter_, report_);
  watch_child(watch, true);
  EXPECT_EQ(which(watch.judge(false)), LimitKind::kProcesses);
}

// ---- With cgroup files.

class JobWatchWithCgroupTest : public JobWatchTest {
 protected:
  TempFolder folder_;

  UniqueFd file(const std::string& name, std::string_view content) {
    return os::open(folder_.write(name, content), O_RDWR).value();
  }
  CgroupMeter make_meter() {
    CgroupFiles files;
    files.version = 2;
    files.memory_limit = file("memory.max", "");
    files.memory_events = file("memory.events", "oom_kill 0\n");
    files.pids_limit = file("pids.max", "");
    files.pids_current = file("pids.current", "3\n");
    files.pids_events = file("pids.events", "max 0\n");
    files.cpu_user = file("cpu.stat", "user_usec 0\nsystem_usec 0\n");
    CgroupMeter meter(std::move(files));
    EXPECT_TRUE(meter.begin(limits_).has_value());
    return meter;
  }
};

TEST_F(JobWatchWithCgroupTest, ReportsAnOomKillAsTheMemoryLimitHoweverTheToolEnded) {
  CgroupMeter meter = make_meter();
  folder_.write("memory.events", "oom_kill 1\n");
  report_.tool_ended = true;
  report_.wait_status = exit_status(4);
  Outcome outcome = JobWatch(limits_, meter, report_).judge(false);
  EXPECT_EQ(which(outcome), LimitKind::kMemory);
  EXPECT_EQ(std::get<LimitExceeded>(outcome).exit_code, 4);
  auto allowed = static_cast<std::int64_t>(limits_.memory.bytes());
  EXPECT_EQ(std::get<LimitExceeded>(outcome).observed, allowed) << "never less than the limit";
}

TEST_F(JobWatchWithCgroupTest, KillsOnAnOomKill) {
  CgroupMeter meter = make_meter();
  folder_.write("memory.events", "oom_kill 1\n");
  JobWatch watch(limits_, meter, report_);
  watch_child(watch, true);
  EXPECT_EQ(which(watch.judge(false)), LimitKind::kMemory);
}

TEST_F(JobWatchWithCgroupTest, KillsAForkBombAndLetsAFewRefusalsPass) {
  CgroupMeter meter = make_meter();
  limits_.wall_time = 1ms;
  folder_.write("pids.events", "max " + std::to_string(kRefusedForksBeforeKill - 1) + "\n");
  JobWatch patient(limits_, meter, report_);
  watch_child(patient, true);
  EXPECT_EQ(which(patient.judge(false)), LimitKind::kWallTime);
  folder_.write("pids.events", "max " + std::to_string(kRefusedForksBeforeKill) + "\n");
  JobWatch watch(limits_, meter, report_);
  watch_child(watch, true);
  EXPECT_EQ(which(watch.judge(false)), LimitKind::kProcesses);
}

TEST_F(JobWatchWithCgroupTest, ReportsTheProcessLimitForAFailureAfterARefusedFork) {
  CgroupMeter meter = make_meter();
  report_.tool_ended = true;
  report_.wait_status = exit_status(1);
  EXPECT_EQ(JobWatch(limits_, meter, report_).judge(false), Outcome(Exited{1}));
  folder_.write("pids.events", "max 1\n");
  EXPECT_EQ(which(JobWatch(limits_, meter, report_).judge(false)), LimitKind::kProcesses);
}

TEST_F(JobWatchWithCgroupTest, DistinguishesUserAndSystemTime) {
  CgroupMeter meter = make_meter();
  folder_.write("cpu.stat", "user_usec 7000\nsystem_usec 2000\n");
  Usage used = JobWatch(limits_, meter, report_).usage();
  EXPECT_EQ(used.user, 7ms);
  EXPECT_EQ(used.system, 2ms);
}

}  // namespace
}  // namespace glovebox
