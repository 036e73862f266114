#include "base/utf8_text.h"

#include <gtest/gtest.h>

namespace glovebox {
namespace {

constexpr const char* kBad = "\xef\xbf\xbd";

TEST(Utf8TextTest, PassesWellFormedText) {
  for (const char* text : {"", "plain", "caf\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80",
                           "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf", "\xee\x80\x80"}) {
    EXPECT_EQ(to_valid_utf8(text), text);
  }
  EXPECT_EQ(to_valid_utf8(std::string_view("a\0b", 3)), std::string("a\0b", 3));
}

TEST(Utf8TextTest, ReplacesEachBadPartOnce) {
  std::string bad = kBad;
  EXPECT_EQ(to_valid_utf8("a\xff"
                          "b"),
            "a" + bad + "b");
  EXPECT_EQ(to_valid_utf8("\x80\x80"), bad + bad);
  EXPECT_EQ(to_valid_utf8("\xc0\xaf"), bad + bad) << "overlong";
  EXPECT_EQ(to_valid_utf8("\xe0\x80\xaf"), bad + bad + bad) << "overlong";
  EXPECT_EQ(to_valid_utf8("\xed\xa0\x80"), bad + bad + bad) << "surrogate";
  EXPECT_EQ(to_valid_utf8("\xf4\x90\x80\x80"), bad + bad + bad + bad) << "above U+10FFFF";
}

TEST(Utf8TextTest, ACharacterThatWasCutIsOneBadPart) {
  std::string bad = kBad;
  EXPECT_EQ(to_valid_utf8("\xe2\x82"), bad);
  EXPECT_EQ(to_valid_utf8("\xf0\x9f\x98"), bad);
  EXPECT_EQ(to_valid_utf8("\xe2\x82x"), bad + "x");
}

}  // namespace
}  // namespace glovebox
