#include "execution/jobs/output_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/utf8_text.h"

namespace glovebox {
namespace {

using testing::ElementsAre;
constexpr OutputStream kOut = OutputStream::kStdout;
constexpr OutputStream kErr = OutputStream::kStderr;

OutputLog roomy() {
  return OutputLog(1000, ByteCount(1 << 20));
}

TEST(OutputLogTest, NumbersWholeLinesInTheOrderInWhichTheyEnd) {
  OutputLog log = roomy();
  log.write(kOut, "one\ntw");
  log.write(kErr, "warning\n");
  log.write(kOut, "o\nthree");
  EXPECT_THAT(log.lines(), ElementsAre("one", "warning", "two"));
  log.close();
  EXPECT_THAT(log.lines(), ElementsAre("one", "warning", "two", "three"));
  EXPECT_EQ(log.entry(1).stream, kErr);
  EXPECT_EQ(log.entry(2).bytes, "two\n");
  EXPECT_EQ(log.entry(3).bytes, "three");
  EXPECT_EQ(log.summary().lines, 4);
  EXPECT_EQ(log.summary().bytes, 21);
  EXPECT_FALSE(log.summary().truncated);
}

TEST(OutputLogTest, RemovesCarriageReturnsOnlyAtLineEnds) {
  OutputLog log = roomy();
  log.write(kOut, "dos\r");
  log.write(kOut, "\n10%\r20%\r\n\n\r\nend\r");
  log.close();
  EXPECT_THAT(log.lines(), ElementsAre("dos", "10%\r20%", "", "", "end\r"));
  EXPECT_EQ(log.entry(0).bytes, "dos\r\n");
}

TEST(OutputLogTest, FlushesAPartOfALineAndJoinsItInTheText) {
  OutputLog log = roomy();
  EXPECT_FALSE(log.holds_back());
  log.write(kOut, "name? ");
  EXPECT_TRUE(log.holds_back());
  EXPECT_EQ(log.size(), 0u);
  log.let_go();
  EXPECT_FALSE(log.holds_back());
  ASSERT_EQ(log.size(), 1u);
  EXPECT_EQ(log.entry(0).bytes, "name? ");
  log.let_go();
  EXPECT_EQ(log.size(), 1u);
  log.write(kErr, "warning\n");
  log.write(kOut, "ann\r\nnext");
  log.let_go();
  log.close();
  EXPECT_EQ(log.size(), 4u);
  EXPECT_EQ(log.entry(2).bytes, "ann\r\n");
  EXPECT_THAT(log.lines(), ElementsAre("name? ann", "warning", "next"));
  EXPECT_EQ(log.summary().lines, 3);
  Result<OutputLog> read = OutputLog::decode(log.encode());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->size(), 4u);
  EXPECT_EQ(read->lines(), log.lines());
}

TEST(OutputLogTest, NeverFlushesPartOfACharacter) {
  OutputLog log = roomy();
  log.write(kOut, "\xe2\x82");  // of a euro sign
  EXPECT_FALSE(log.holds_back());
  log.let_go();
  EXPECT_EQ(log.size(), 0u);
  log.write(kOut, "\xac 5 \xf0\x9f");
  log.let_go();
  ASSERT_EQ(log.size(), 1u);
  EXPECT_EQ(log.entry(0).bytes, "\xe2\x82\xac 5 ");
  log.close();  // an incomplete character is stored anyway
  EXPECT_EQ(log.entry(1).bytes, "\xf0\x9f");
  EXPECT_THAT(log.lines(), ElementsAre("\xe2\x82\xac 5 \xef\xbf\xbd"));
}

TEST(OutputLogTest, ALongLineIsSplitBetweenCharacters) {
  constexpr std::size_t kLongest = OutputLog::kLongestPiece;
  for (std::size_t length : {kLongest - 1, kLongest, kLongest + 1, 3 * kLongest}) {
    SCOPED_TRACE(length);
    OutputLog log(10, ByteCount(1 << 20));
    // two bytes, split once at every bound
    std::string line = std::string(length - 2, 'x') + "\u00e4";
    log.write(OutputStream::kStderr, line);
    log.write(OutputStream::kStderr, "\n");
    log.close();
    for (std::size_t i = 0; i < log.size(); ++i) {
      EXPECT_LE(log.entry(i).bytes.size(), kLongest);
      EXPECT_EQ(to_valid_utf8(log.entry(i).bytes), log.entry(i).bytes);
    }
    EXPECT_EQ(log.lines(), std::vector{line});
    EXPECT_EQ(log.summary().lines, 1);
  }
}

TEST(OutputLogTest, KeepsItsCapsWhateverIsFlushed) {
  OutputLog log(2, ByteCount(10));
  for (int i = 0; i < 4; ++i) {
    log.write(kOut, "abc");
    log.let_go();
  }
  log.write(kOut, "\nmore\nand more\n");
  log.close();
  EXPECT_THAT(log.lines(), ElementsAre("abcabcabca"));
  EXPECT_TRUE(log.summary().truncated);
  OutputLog lines(2, ByteCount(100));
  for (const char* part : {"a", "b\n", "c", "\n", "d", "e\n"}) {
    lines.write(kOut, part);
    lines.let_go();
  }
  EXPECT_THAT(lines.lines(), ElementsAre("ab", "c"));
  EXPECT_EQ(lines.summary().lines, 3);
}

TEST(OutputLogTest, ReplacesBadUtf8InTextAndKeepsTheBytes) {
  OutputLog log = roomy();
  log.write(kOut, "a\xff\n");
  EXPECT_THAT(log.lines(), ElementsAre("a\xef\xbf\xbd"));
  EXPECT_EQ(log.entry(0).bytes, "a\xff\n");
}

TEST(OutputLogTest, ACharacterSplitOverTwoWritesIsComplete) {
  OutputLog log = roomy();
  log.write(kOut, "\xe2\x82");
  log.write(kOut, "\xac\n");
  EXPECT_THAT(log.lines(), ElementsAre("\xe2\x82\xac"));
}

TEST(OutputLogTest, KeepsExactlyTheByteCap) {
  OutputLog exact(1000, ByteCount(8));
  exact.write(kOut, "abc\nefg\n");
  EXPECT_FALSE(exact.summary().truncated);
  EXPECT_THAT(exact.lines(), ElementsAre("abc", "efg"));

  OutputLog over(1000, ByteCount(8));
  over.write(kOut, "abc\nefgh\n");
  EXPECT_TRUE(over.summary().truncated);
  EXPECT_THAT(over.lines(), ElementsAre("abc", "efgh"));
  EXPECT_EQ(over.entry(1).bytes, "efgh");
  EXPECT_EQ(over.summary().bytes, 9);
}

TEST(OutputLogTest, DropsEverythingAfterTheByteCapButCountsIt) {
  OutputLog log(1000, ByteCount(6));
  log.write(kOut, "abcdefgh");
  log.write(kErr, "late\n");
  log.write(kOut, "ij\nkl\nmn");
  log.close();
  EXPECT_THAT(log.lines(), ElementsAre("abcdef"));
  EXPECT_EQ(log.summary().lines, 4) << "late, abcdefghij, kl and the unfinished mn";
  EXPECT_EQ(log.summary().bytes, 21);
  EXPECT_TRUE(log.summary().truncated);
}

TEST(OutputLogTest, KeepsExactlyTheLineCap) {
  OutputLog exact(3, ByteCount(1000));
  exact.write(kOut, "1\n2\n3\n");
  exact.close();
  EXPECT_FALSE(exact.summary().truncated);
  EXPECT_EQ(exact.size(), 3u);

  OutputLog over(3, ByteCount(1000));
  over.write(kOut, "1\n2\n3\n4");
  over.close();
  EXPECT_TRUE(over.summary().truncated);
  EXPECT_THAT(over.lines(), ElementsAre("1", "2", "3"));
  EXPECT_EQ(over.summary().lines, 4);
}

TEST(OutputLogTest, ALineStartedBelowTheCapMayEnd) {
  OutputLog log(2, ByteCount(1000));
  log.write(kOut, "begun ");
  log.write(kErr, "second\nthird ");
  log.write(kOut, "and ended\nfourth\n");
  log.write(kErr, "goes on\n");
  log.close();
  EXPECT_THAT(log.lines(), ElementsAre("second", "begun and ended"));
  EXPECT_TRUE(log.summary().truncated);
  EXPECT_EQ(log.summary().lines, 4);
}

TEST(OutputLogTest, HasTheSameLinesAfterStoring) {
  OutputLog log = roomy();
  log.write(kOut, "one\r\n\n");
  log.write(kErr, std::string(300, 'x') + "\n\xff");
  log.close();
  Result<OutputLog> back = OutputLog::decode(log.encode());
  ASSERT_TRUE(back);
  ASSERT_EQ(back->size(), log.size());
  for (std::size_t i = 0; i < log.size(); ++i) {
    EXPECT_EQ(back->entry(i).bytes, log.entry(i).bytes);
    EXPECT_EQ(back->entry(i).stream, log.entry(i).stream);
  }
  EXPECT_EQ(back->lines(), log.lines());
  EXPECT_TRUE(OutputLog::decode("")->lines().empty());
}

TEST(OutputLogTest, RefusesADamagedRecord) {
  OutputLog log = roomy();
  log.write(kOut, "a line of some length\n");
  std::string encoded = log.encode();
  EXPECT_TRUE(OutputLog::decode(encoded.substr(0, encoded.size() - 1)).has_error());
  EXPECT_TRUE(OutputLog::decode("\xff\xff").has_error());
  EXPECT_TRUE(OutputLog::decode(std::string(20, '\xff')).has_error());
}

}  // namespace
}  // namespace glovebox
