#include "cli/exit_code.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>

namespace glovebox {
namespace {

int code_after(const Outcome& outcome) {
  Job job;
  apply_outcome(job, outcome);
  return exit_code_of(job);
}

TEST(ExitCodeTest, FollowsHowTheToolEnded) {
  EXPECT_EQ(code_after(Exited{0}), 0);
  EXPECT_EQ(code_after(Exited{3}), 3);
  EXPECT_EQ(code_after(Signaled{SIGSEGV}), 139);
  EXPECT_EQ(code_after(Violation{"ptrace"}), 137);
  EXPECT_EQ(code_after(Cancelled{}), 130);
}

TEST(ExitCodeTest, IsTheToolsOwnIfItIsAVerdict) {
  Job job;
  apply_outcome(job, Exited{65}, {{0, Verdict::kClean}, {65, Verdict::kFindings}});
  EXPECT_EQ(job.status, JobStatus::kCompleted);
  EXPECT_EQ(exit_code_of(job), 65);
}

TEST(ExitCodeTest, LimitsOnTimeAre124AndOtherLimitsLikeSigkill) {
  EXPECT_EQ(code_after(LimitExceeded{LimitKind::kWallTime}), 124);
  EXPECT_EQ(code_after(LimitExceeded{LimitKind::kCpuTime}), 124);
  EXPECT_EQ(code_after(LimitExceeded{LimitKind::kMemory}), 137);
  EXPECT_EQ(code_after(LimitExceeded{LimitKind::kDisk, 1, 1, 1}), 137);
}

TEST(ExitCodeTest, OurFailuresAre125) {
  EXPECT_EQ(exit_code_of(Job{}), 125);
  EXPECT_EQ(exit_code_of(internal_error("x")), 125);
  EXPECT_EQ(exit_code_of(Error::from_errno("open", "x", ENOENT)), 125);
}

TEST(ExitCodeTest, AProgramThatCannotBeExecutedIsAsInAShell) {
  EXPECT_EQ(exit_code_of(Error::from_errno("exec", "x", ENOENT).with_kind(ErrorKind::kUser)), 127);
  EXPECT_EQ(exit_code_of(Error::from_errno("exec", "x", EACCES).with_kind(ErrorKind::kUser)), 126);
}

}  // namespace
}  // namespace glovebox
