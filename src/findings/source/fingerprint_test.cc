#include "findings/source/fingerprint.h"

#include <gtest/gtest.h>

#include <map>

namespace glovebox {
namespace {

class Files : public SourceFiles {
 public:
  Files(std::string path, std::string text) { texts_[std::move(path)] = std::move(text); }
  std::string read(std::string_view path, std::size_t max_bytes) override {
    ++reads;
    return texts_[std::string(path)].substr(0, max_bytes);
  }
  int reads = 0;

 private:
  std::map<std::string, std::string> texts_;
};

Finding at(int line, std::string message = "bad 1") {
  return {.place = {"a.c", line}, .rule = "R", .message = std::move(message)};
}

std::string fingerprint(Finding finding, std::string text) {
  std::vector<Finding> findings{std::move(finding)};
  Files files("a.c", std::move(text));
  set_fingerprints(findings, files);
  return findings[0].fingerprint;
}

TEST(FingerprintTest, StaysTheSameWhenLinesMoveAndNumbersChange) {
  std::string before = fingerprint(at(2), "a\nb\nc\n");
  EXPECT_EQ(before.size(), 32U);
  EXPECT_EQ(fingerprint(at(4, "bad 77"), "x\ny\n  a\n\tb \r\nc"), before);
  EXPECT_NE(fingerprint(at(2, "worse 1"), "a\nb\nc\n"), before);
  EXPECT_NE(fingerprint(at(2), "a\nb2\nc\n"), before);
  EXPECT_NE(fingerprint(at(2), "a\nb\nd\n"), before);
}

TEST(FingerprintTest, EqualFindingsAreNumberedAndEachFileIsReadOnce) {
  std::vector<Finding> findings{at(2), at(5), at(2)};
  findings[1].place.path = "b.c";
  findings[2].place.column = 3;
  Files files("a.c", "a\nb\nc\n");
  set_fingerprints(findings, files);
  EXPECT_NE(findings[0].fingerprint, findings[2].fingerprint);
  EXPECT_EQ(files.reads, 2);
}

TEST(FingerprintTest, TwoRunsAreComparedAsNewFixedAndUnchanged) {
  auto make = [](const char* print) { return Finding{.message = "m", .fingerprint = print}; };
  auto compared = compare_findings({make("a"), make("b"), make("b")}, {make("b"), make("c")});
  ASSERT_EQ(compared.size(), 4U);
  std::string text;
  for (const ComparedFinding& each : compared) {
    text += each.finding.fingerprint + " " + std::string(finding_change_name(each.change)) + "; ";
  }
  EXPECT_EQ(text, "b unchanged; c new; a fixed; b fixed; ");
}

TEST(SourceLinesTest, GivesLinesWithoutTheirEnds) {
  Files files("a", "one\r\ntwo\nthree");
  SourceLines lines(files);
  EXPECT_EQ(lines.line("a", 1), "one");
  EXPECT_EQ(lines.line("a", 3), "three");
  EXPECT_EQ(lines.line("a", 0), "");
  EXPECT_EQ(lines.line("a", 4), "");
  EXPECT_EQ(lines.line("missing", 1), "");
}

}  // namespace
}  // namespace glovebox
