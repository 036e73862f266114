// JobWatch between SIGTERM and SIGKILL for a job with a grace period.
#include <gtest/gtest.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "base/os.h"
#include "sandbox/exec/pidfd.h"
#include "sandbox/slot/job_watch.h"

namespace glovebox {
namespace {

using namespace std::chrono_literals;

class OneProcess final : public JobProcesses {
 public:
  explicit OneProcess(const UniqueFd& pidfd) : pidfd_(pidfd) {}
  const UniqueFd& end() const override { return pidfd_; }
  void terminate() override {
    ++asked_;
    ::syscall(SYS_pidfd_send_signal, pidfd_.get(), SIGTERM, nullptr, 0);
  }
  bool others_live() override { return others_live_; }
  void kill() override { pidfd_kill(pidfd_); }

  int asked_ = 0;
  bool others_live_ = false;

 private:
  const UniqueFd& pidfd_;
};

// A host without cgroups: only the report has counts.
class JobWatchGraceTest : public testing::Test {
 protected:
  Limits limits_{.wall_time = 20s, .cpu_time = 500s, .grace = 0ms, .processes = 10};
  JobReport report_{};
  CgroupMeter meter_{CgroupFiles()};
  std::pair<UniqueFd, UniqueFd> server_ = os::seqpacket_pair().value();  // {slot's end, server's}
  std::pair<UniqueFd, UniqueFd> lifeline_ = os::pipe().value();

  static void expect_wall_time(const Outcome& outcome) {
    const auto* limit = std::get_if<LimitExceeded>(&outcome);
    ASSERT_NE(limit, nullptr) << describe(outcome);
    EXPECT_EQ(limit->which, LimitKind::kWallTime);
  }
};

// A child that is asked to end, and its wait status. `deaf`: it ignores the request.
struct AskedChild {
  explicit AskedChild(bool deaf) : child(make(deaf)), job(child.pidfd) {}
  static os::CloneResult make(bool deaf) {
    auto ready = os::pipe().value();
    os::CloneResult child = os::clone_process().value();
    if (child.pid == 0) {
      if (deaf) ::signal(SIGTERM, SIG_IGN);
      ready.second.reset();
      for (;;) ::pause();
    }
    ready.second.reset();
    char none;
    EXPECT_EQ(::read(ready.first.get(), &none, 1), 0);
    return child;
  }
  int bury() const {
    int status = 0;
    EXPECT_EQ(::waitpid(child.pid, &status, 0), child.pid);
    return status;
  }
  os::CloneResult child;
  OneProcess job;
};

TEST_F(JobWatchGraceTest, AsksToEndOnceBeforeItKillsForTime) {
  limits_.wall_time = 1ms;
  limits_.grace = 20s;
  AskedChild child(false);
  JobWatch watch(limits_, meter_, report_);
  EXPECT_TRUE(watch.wait(child.job, server_.first, lifeline_.first));
  EXPECT_EQ(child.bury(), SIGTERM);
  EXPECT_EQ(child.job.asked_, 1);
  expect_wall_time(watch.judge(false));
}

TEST_F(JobWatchGraceTest, KillsAfterTheGracePeriod) {
  limits_.wall_time = 1ms;
  limits_.grace = 100ms;
  AskedChild child(true);
  auto begin = std::chrono::steady_clock::now();
  JobWatch watch(limits_, meter_, report_);
  EXPECT_TRUE(watch.wait(child.job, server_.first, lifeline_.first));
  EXPECT_EQ(child.bury(), SIGKILL);
  EXPECT_EQ(child.job.asked_, 1);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 100ms);
  expect_wall_time(watch.judge(false));
}

TEST_F(JobWatchGraceTest, GivesAllProcessesOfAJobTheWholeGracePeriod) {
  limits_.wall_time = 1ms;
  limits_.grace = 200ms;
  AskedChild child(false);
  child.job.others_live_ = true;
  auto begin = std::chrono::steady_clock::now();
  JobWatch watch(limits_, meter_, report_);
  EXPECT_TRUE(watch.wait(child.job, server_.first, lifeline_.first));
  EXPECT_EQ(child.bury(), SIGTERM);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 200ms);
}

TEST_F(JobWatchGraceTest, KillsImmediatelyForALimitDuringTheGracePeriod) {
  limits_.grace = 20s;
  report_.memory_bytes = static_cast<std::int64_t>(limits_.memory.bytes()) + 1;
  for (auto wall_time : {std::chrono::milliseconds(20s), 1ms}) {
    limits_.wall_time = wall_time;
    AskedChild child(true);
    JobWatch watch(limits_, meter_, report_);
    EXPECT_TRUE(watch.wait(child.job, server_.first, lifeline_.first));
    EXPECT_EQ(child.bury(), SIGKILL);
  }
}

TEST_F(JobWatchGraceTest, KillsWithoutAskingWhenTheServerIsGone) {
  limits_.grace = 20s;
  server_.second.reset();
  AskedChild child(true);
  JobWatch watch(limits_, meter_, report_);
  EXPECT_FALSE(watch.wait(child.job, server_.first, lifeline_.first));
  EXPECT_EQ(child.bury(), SIGKILL);
  EXPECT_EQ(child.job.asked_, 0);
}

TEST_F(JobWatchGraceTest, KillsImmediatelyForAViolationDuringTheGracePeriod) {
  limits_.grace = 20s;
  limits_.wall_time = 1ms;
  report_.foreign_call = true;
  AskedChild child(true);
  JobWatch watch(limits_, meter_, report_);
  EXPECT_TRUE(watch.wait(child.job, server_.first, lifeline_.first));
  EXPECT_EQ(child.bury(), SIGKILL);
}

}  // namespace
}  // namespace glovebox
