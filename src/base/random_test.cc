#include "base/random.h"

#include <gtest/gtest.h>

#include <set>

namespace glovebox {
namespace {

// More than one fetch of randomness gives, so that its end is among them.
TEST(RandomIdsTest, EachHasThePrefixAndIsDifferent) {
  RandomIds ids;
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    std::string id = ids.next("req_");
    EXPECT_EQ(id.size(), 26u);
    EXPECT_TRUE(id.starts_with("req_"));
    EXPECT_EQ(id.find_first_not_of(kIdAlphabet, 4), std::string::npos);
    seen.insert(id);
  }
  EXPECT_EQ(seen.size(), 1000u);
}

// Each character is about 2,000 of 124,000; four standard deviations are 180.
TEST(RandomIdsTest, NoCharacterIsFavoured) {
  RandomIds ids;
  std::array<int, 256> counts{};
  constexpr int kIds = 124'000 / 22;
  for (int i = 0; i < kIds; ++i) {
    for (char c : ids.next("")) ++counts[static_cast<unsigned char>(c)];
  }
  for (char c : kIdAlphabet) EXPECT_NEAR(counts[static_cast<unsigned char>(c)], 2000, 300) << c;
}

}  // namespace
}  // namespace glovebox
