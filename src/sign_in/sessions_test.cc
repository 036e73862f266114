#include "sign_in/sessions.h"

#include <gtest/gtest.h>

#include <vector>

namespace glovebox {
namespace {

const SteadyTime kBegin{std::chrono::hours(1)};

TEST(SessionsTest, AWordFindsItsPersonUntilItEndsOrExpires) {
  Sessions sessions(std::chrono::hours(1));
  std::string anna = sessions.begin({"1", "Anna"}, kBegin);
  std::string bob = sessions.begin({"2", "Bob"}, kBegin);
  EXPECT_EQ(sessions.find(anna, kBegin)->name, "Anna");
  EXPECT_EQ(sessions.find("ses_0000000000000000000000", kBegin), nullptr);
  EXPECT_EQ(sessions.find("", kBegin), nullptr);
  sessions.end(anna);
  sessions.end(anna);
  EXPECT_EQ(sessions.find(anna, kBegin), nullptr);
  auto last = kBegin + std::chrono::hours(1) - std::chrono::milliseconds(1);
  EXPECT_NE(sessions.find(bob, last), nullptr);
  EXPECT_EQ(sessions.find(bob, kBegin + std::chrono::hours(1)), nullptr);
}

TEST(SessionsTest, OneMoreThanTheMostEndsTheOldest) {
  Sessions sessions(std::chrono::hours(1));
  std::vector<std::string> words;
  for (std::size_t i = 0; i <= Sessions::kMost; ++i) {
    words.push_back(sessions.begin({std::to_string(i), "a"}, kBegin));
  }
  EXPECT_EQ(sessions.size(), Sessions::kMost);
  EXPECT_EQ(sessions.find(words[0], kBegin), nullptr);
  EXPECT_NE(sessions.find(words[1], kBegin), nullptr);
  EXPECT_NE(sessions.find(words.back(), kBegin), nullptr);
}

}  // namespace
}  // namespace glovebox
