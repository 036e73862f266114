#include "queue/wait_estimate.h"

#include <gtest/gtest.h>

namespace glovebox {
namespace {

using std::chrono::milliseconds;
const ToolId kFast("fast");
const ToolId kSlow("slow");

TEST(WaitEstimateTest, UsesADefaultUntilSomethingWasMeasured) {
  WaitEstimate estimate;
  EXPECT_EQ(estimate.expected(kFast), WaitEstimate::kUnknown);
  EXPECT_EQ(estimate.wait(3, 1), 3 * WaitEstimate::kUnknown);
}

TEST(WaitEstimateTest, UsesTheMeanOfAllForAnUnknownTool) {
  WaitEstimate estimate;
  estimate.finished(kFast, milliseconds(100));
  estimate.finished(kFast, milliseconds(300));
  EXPECT_EQ(estimate.expected(kFast), milliseconds(200));
  EXPECT_EQ(estimate.expected(kSlow), milliseconds(200));
}

TEST(WaitEstimateTest, RemembersTheLastHundredDurationsOfEachTool) {
  WaitEstimate estimate;
  for (int i = 0; i < 50; ++i) estimate.finished(kFast, milliseconds(90'000));
  for (int i = 0; i < 99; ++i) estimate.finished(kFast, milliseconds(10));
  EXPECT_EQ(estimate.expected(kFast), milliseconds((99 * 10 + 90'000) / 100));
  estimate.finished(kFast, milliseconds(10));
  EXPECT_EQ(estimate.expected(kFast), milliseconds(10));
}

TEST(WaitEstimateTest, EstimatesByPositionAndConcurrency) {
  WaitEstimate estimate;
  estimate.finished(kSlow, milliseconds(4000));
  EXPECT_EQ(estimate.wait(0, 2), milliseconds(0));
  EXPECT_EQ(estimate.wait(1, 2), milliseconds(2000));
  EXPECT_EQ(estimate.wait(5, 2), milliseconds(10'000));
}

TEST(WaitEstimateTest, UsesTheDurationsOfTheWaitingTools) {
  WaitEstimate estimate;
  estimate.finished(kFast, milliseconds(100));
  estimate.finished(kSlow, milliseconds(900));
  estimate.queued(kSlow);
  EXPECT_EQ(estimate.wait(1, 1), milliseconds(900));
  estimate.queued(kFast);
  EXPECT_EQ(estimate.wait(1, 1), milliseconds(500));
  estimate.dequeued(kSlow);
  EXPECT_EQ(estimate.wait(1, 1), milliseconds(100));
}

}  // namespace
}  // namespace glovebox
