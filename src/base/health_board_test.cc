#include "base/health_board.h"

#include <gtest/gtest.h>

namespace glovebox {
namespace {

TEST(HealthBoardTest, KeepsReasonsFromTheirReportUntilTheyAreCleared) {
  HealthBoard board;
  EXPECT_TRUE(board.reasons().empty());
  board.report({"disk_full", "the disk is full", HealthEffect::kDegraded});
  board.report({"no_sandbox", "the launcher is gone", HealthEffect::kTakesNoJobs});
  board.report({"disk_full", "the disk is full: 3 ends wait", HealthEffect::kDegraded});
  ASSERT_EQ(board.reasons().size(), 2u);
  EXPECT_EQ(board.reasons()[0].message, "the disk is full: 3 ends wait");
  board.clear("disk_full");
  board.clear("disk_full");
  ASSERT_EQ(board.reasons().size(), 1u);
  EXPECT_EQ(board.reasons()[0].code, "no_sandbox");
}

TEST(HealthBoardTest, RefusesJobsOnlyForReasonsThatRequireIt) {
  HealthBoard board;
  board.report({"slow", "it is slow", HealthEffect::kDegraded});
  EXPECT_FALSE(board.refusal());
  board.report({"no_sandbox", "the launcher is gone", HealthEffect::kTakesNoJobs});
  ASSERT_TRUE(board.refusal());
  EXPECT_EQ(board.refusal()->kind(), ErrorKind::kQueueFull);
  EXPECT_EQ(board.refusal()->message(), "the launcher is gone; try again later");
  EXPECT_EQ(board.refusal()->retry_after(), HealthBoard::kRetryAfter);
  board.clear("no_sandbox");
  EXPECT_FALSE(board.refusal());
}

TEST(HealthBoardTest, HeldJobsAreAcceptedAlthoughItIsNotReady) {
  HealthBoard board;
  board.report({"slow", "it is slow", HealthEffect::kDegraded});
  EXPECT_FALSE(board.unready());
  board.report({"no_slot", "jobs wait", HealthEffect::kHoldsJobs});
  EXPECT_FALSE(board.refusal());
  ASSERT_TRUE(board.unready());
  EXPECT_EQ(board.unready()->message(), "jobs wait; try again later");
  board.report({"no_disk", "it is full", HealthEffect::kTakesNoJobs});
  EXPECT_EQ(board.unready()->message(), "it is full; try again later");
  board.clear("no_disk");
  board.clear("no_slot");
  EXPECT_FALSE(board.unready());
}

TEST(HealthBoardTest, HasABound) {
  HealthBoard board;
  for (int i = 0; i < 100; ++i) board.report({"code_" + std::to_string(i), "x", {}});
  EXPECT_EQ(board.reasons().size(), HealthBoard::kMostReasons);
}

}  // namespace
}  // namespace glovebox
