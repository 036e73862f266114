#include "base/memory_budget.h"

#include <gtest/gtest.h>

#include <optional>
#include <utility>

namespace glovebox {
namespace {

TEST(MemoryBudgetTest, OneUseGetsAPartAndAllTogetherAtMostTheWhole) {
  MemoryBudget budget(ByteCount(1000));
  MemoryBudget::Share output = budget.share(MemoryUse::kOutput);
  EXPECT_FALSE(output.grow_to(751));
  EXPECT_EQ(budget.used(), ByteCount(0));
  EXPECT_TRUE(output.grow_to(750));
  MemoryBudget::Share body = budget.share(MemoryUse::kBodies);
  EXPECT_FALSE(body.grow_to(251));
  EXPECT_TRUE(body.grow_to(250));
  EXPECT_EQ(budget.used(), ByteCount(1000));
}

TEST(MemoryBudgetTest, SharesReleaseOnceAndMayOutliveTheBudget) {
  std::optional<MemoryBudget> budget(std::in_place, ByteCount(1000));
  MemoryBudget::Share moved;
  {
    MemoryBudget::Share first = budget->share(MemoryUse::kAnswers);
    EXPECT_TRUE(first.grow_to(400));
    moved = std::move(first);
  }
  EXPECT_EQ(budget->used(), ByteCount(400));
  moved.shrink_to(100);
  EXPECT_EQ(budget->used(), ByteCount(100));
  moved.take(2000);  // memory that is already allocated counts anyway
  EXPECT_EQ(budget->used(), ByteCount(2000));
  EXPECT_FALSE(budget->share(MemoryUse::kBodies).grow_to(1));
  budget.reset();
  moved.release();
  EXPECT_EQ(moved.bytes(), 0u);
}

TEST(MemoryBudgetTest, ARefusalNamesTheLimitAndWhenToRetry) {
  MemoryBudget budget(ByteCount(1000));
  Result<MemoryBudget::Share> refused =
      budget.reserve(MemoryUse::kBodies, ByteCount(900), "the body");
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().kind(), ErrorKind::kQueueFull);
  EXPECT_TRUE(refused.error().retry_after());
  EXPECT_EQ(refused.error().details().at("limit").as_string(), "memory_budget");
  EXPECT_EQ(refused.error().details().at("configured").to_number<int>(), 1000);
}

TEST(MemoryBudgetTest, AShareWithoutABudgetHasNoBound) {
  MemoryBudget::Share share;
  EXPECT_TRUE(share.grow_to(std::uint64_t{1} << 50));
}

}  // namespace
}  // namespace glovebox
