#include "base/clock.h"

#include <gtest/gtest.h>

namespace glovebox {
namespace {

TEST(ClockTest, WritesRfc3339InUtcWithMilliseconds) {
  WallTime time{std::chrono::milliseconds(1'769'851'800'125)};
  EXPECT_EQ(format_rfc3339(time), "2026-01-31T09:30:00.125Z");
}

}  // namespace
}  // namespace glovebox
