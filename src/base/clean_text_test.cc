#include "base/clean_text.h"

#include <gtest/gtest.h>

namespace glovebox {
namespace {

TEST(CleanTextTest, KeepsPlainTextAndFoldsWhiteSpace) {
  EXPECT_EQ(clean_line("  Cppcheck \t 2.10\r\n", 100), "Cppcheck 2.10");
  EXPECT_EQ(clean_line("für Ω 🙂", 100), "für Ω 🙂");
}

TEST(CleanTextTest, DropsEscapeSequencesAndControlCharacters) {
  EXPECT_EQ(clean_line("\x1b[1;31mred\x1b[0m", 100), "red");
  EXPECT_EQ(clean_line("a\x1b]8;;javascript:x\x07"
                       "b\x1b]52;c;x\x1b\\c",
                       100),
            "abc");
  EXPECT_EQ(clean_line("a\x08"
                       "b\x7f\xc2\x9b"
                       "c",
                       100),
            "abc");
  EXPECT_EQ(clean_line("a\x1b", 100), "a");
  EXPECT_EQ(clean_line("a\x1b[", 100), "a");
  EXPECT_EQ(clean_line("a\x1b]never ends", 100), "a");
}

TEST(CleanTextTest, DropsCharactersThatChangeTheTextDirection) {
  EXPECT_EQ(clean_line("a\u202E\u2066\u200Bb\uFEFF", 100), "ab");
}

TEST(CleanTextTest, ReplacesBadUtf8) {
  EXPECT_EQ(clean_line("a\xff"
                       "b",
                       100),
            "a\uFFFDb");
  EXPECT_EQ(clean_line("\xe2\x82", 100), "\uFFFD\uFFFD");
  EXPECT_EQ(clean_line("\xc0\xaf", 100), "\uFFFD\uFFFD");
  EXPECT_EQ(clean_line("\xed\xa0\x80", 100), "\uFFFD\uFFFD\uFFFD");
}

TEST(CleanTextTest, CutsBetweenCharacters) {
  EXPECT_EQ(clean_line("abcd", 3), "abc");
  EXPECT_EQ(clean_line("aéé", 4), "aé");
  EXPECT_EQ(clean_line("ab cd", 3), "ab");
}

TEST(CleanTextTest, FindsTheFirstLineThatIsNotBlank) {
  EXPECT_EQ(first_clean_line("\n\x1b[0m\n tool 1.2 \nmore\n", 100), "tool 1.2");
  EXPECT_EQ(first_clean_line("", 100), "");
  EXPECT_EQ(first_clean_line(std::string(5000, '\n') + "late", 100), "");
}

TEST(CleanTextTest, AnInertLineKeepsSpacesAndDropsEscapesControlsAndBidi) {
  EXPECT_EQ(inert_line("  a\t b  ", 100), "  a\t b  ");
  EXPECT_EQ(inert_line("\x1b[01;31m\x1b[Kx\x1b[m  y\r\n", 100), "x  y");
  EXPECT_EQ(inert_line("a\x1b(B\x1b[mb", 100), "ab");
  EXPECT_EQ(inert_line("a\x1b]8;;https://x\x07link\x1b]8;;\x07", 100), "alink");
  EXPECT_EQ(inert_line("a\xE2\x80\xAE\xFF"
                       "b",
                       100),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(inert_line("ab\xC3\xA9", 3), "ab");
}

}  // namespace
}  // namespace glovebox
