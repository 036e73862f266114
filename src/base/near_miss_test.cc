#include "base/near_miss.h"

#include <gtest/gtest.h>

namespace glovebox {
namespace {

const std::vector<std::string> kKnown{"cppcheck", "clang-tidy", "cloc"};

TEST(NearMissTest, NamesTheNearest) {
  EXPECT_EQ(did_you_mean("cpcheck", kKnown), " (did you mean \"cppcheck\"?)");
  EXPECT_EQ(did_you_mean("lcoc", kKnown), " (did you mean \"cloc\"?)");
  EXPECT_EQ(did_you_mean("clock", kKnown), " (did you mean \"cloc\"?)");
}

TEST(NearMissTest, SuggestsNothingIfNothingIsNear) {
  EXPECT_EQ(did_you_mean("eslint", kKnown), "");
  EXPECT_EQ(did_you_mean("", kKnown), "");
  EXPECT_EQ(did_you_mean("x", {}), "");
}

TEST(NearMissTest, DoesNoWorkForLongNames) {
  std::string longest(64, 'a');
  EXPECT_NE(did_you_mean(longest, {longest}), "");
  EXPECT_EQ(did_you_mean(longest + "a", {longest}), "");
}

TEST(NearMissTest, QuotesCutsAndEscapes) {
  EXPECT_EQ(in_quotes("a\nb"), "\"a\\x0ab\"");
  EXPECT_EQ(in_quotes(std::string(65, 'a')), "\"" + std::string(64, 'a') + "...\"");
}

}  // namespace
}  // namespace glovebox
