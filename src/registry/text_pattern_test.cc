#include "registry/text_pattern.h"

#include <gmock/gmock.h>

namespace glovebox {
namespace {

using testing::HasSubstr;

TEST(TextPatternTest, MatchesTheWholeText) {
  EXPECT_TRUE(matches_pattern("a+", "aaa"));
  EXPECT_FALSE(matches_pattern("a+", "aaab"));
  EXPECT_FALSE(matches_pattern("a+", "baaa"));
  EXPECT_TRUE(matches_pattern("", ""));
}

TEST(TextPatternTest, SaysWhatIsWrongWithAPattern) {
  EXPECT_FALSE(check_pattern("[a-z]{1,8}").has_error());
  EXPECT_THAT(check_pattern("(").error().message(), HasSubstr("missing )"));
  EXPECT_THAT(check_pattern("(a)\\1").error().message(), HasSubstr("RE2"));
  EXPECT_FALSE(matches_pattern("(", "("));
}

TEST(TextPatternTest, BoundsThePattern) {
  EXPECT_FALSE(check_pattern(std::string(kMaxPatternBytes, 'a')).has_error());
  EXPECT_TRUE(check_pattern(std::string(kMaxPatternBytes + 1, 'a')).has_error());
  EXPECT_TRUE(check_pattern("((x{1000}){1000}){1000}").has_error());
}

// A backtracking engine takes 2^n steps for these, or one stack frame per character.
TEST(TextPatternTest, IsNotHeldUpByHostileText) {
  std::string text(1 << 20, 'a');
  EXPECT_FALSE(matches_pattern("(a*)*b", text));
  EXPECT_FALSE(matches_pattern("(a|aa)+b", text));
  EXPECT_TRUE(matches_pattern("(?s).*", text + "\n"));
}

}  // namespace
}  // namespace glovebox
