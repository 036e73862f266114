#include <gtest/gtest.h>

#include "findings/finding_reader.h"
#include "findings/sarif/sarif_result.h"
#include "findings/sarif/sarif_stream.h"

namespace glovebox {
namespace {

std::unique_ptr<FindingReader> read(std::string_view text, std::size_t piece = 1 << 20,
                                    FindingsSpec spec = {.format = "sarif"}) {
  auto files = std::make_shared<FileList>(std::vector<std::string>{"a.c", "src/b c.c"});
  auto reader = make_finding_reader(spec, files);
  EXPECT_TRUE(reader.has_value());
  FindingStream stream = spec.file.empty() ? FindingStream::kStdout : FindingStream::kFile;
  for (std::size_t i = 0; i < text.size(); i += piece) {
    (*reader)->write(stream, text.substr(i, piece));
  }
  (*reader)->close();
  return std::move(*reader);
}

constexpr std::string_view kLog = R"(Checking a.c …
{"version": "2.1.0", "runs": [{
  "originalUriBaseIds": {"SRC": {"uri": "file:///work/src/"}},
  "tool": {"driver": {"name": "t", "rules": [
    {"id": "R0", "defaultConfiguration": {"level": "error"},
     "messageStrings": {"m": {"text": "use {0}, not {1}"}}}, {"id": "R1"}]}},
  "results": [
    {"ruleId": "R0", "ruleIndex": 0, "message": {"id": "m", "arguments": ["x", "y"]},
     "locations": [{"physicalLocation": {"artifactLocation": {"uri": "file:///work/a.c"},
       "region": {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 9}}}],
     "relatedLocations": [{"message": {"text": "here"}, "physicalLocation":
       {"artifactLocation": {"uri": "b%20c.c", "uriBaseId": "SRC"}, "region": {"startLine": 1}}}]},
    {"ruleIndex": 1, "level": "note", "message": {"text": "two\nlines"},
     "locations": [{"physicalLocation": {"artifactLocation": {"uri": "/etc/passwd"},
       "region": {"startLine": 0, "startColumn": -4}}}],
     "fixes": [{"artifactChanges": 17}]},
    {"ruleId": "R1", "kind": "pass", "message": {"text": "fine"}},
    {"ruleId": "R1", "suppressions": [{"kind": "inSource"}], "message": {"text": "hidden"}},
    {"ruleId": "R1", "message": {"text": "nowhere"}}, 42, null
  ]}]} and more)";

void expect_log(const FindingReader& reader) {
  const std::vector<Finding>& findings = reader.list().findings();
  EXPECT_EQ(reader.problem(), "");
  ASSERT_EQ(findings.size(), 3U);
  EXPECT_EQ(findings[0].place, (SourcePlace{"a.c", 3, 5, 3, 9}));
  EXPECT_EQ(findings[0].severity, FindingSeverity::kError);
  EXPECT_EQ(findings[0].message, "use x, not y");
  ASSERT_EQ(findings[0].related.size(), 1U);
  EXPECT_EQ(findings[0].related[0], (RelatedPlace{{"src/b c.c", 1}, "here"}));
  EXPECT_EQ(findings[1].place, SourcePlace{});
  EXPECT_EQ(findings[1].rule, "R1");
  EXPECT_EQ(findings[1].message, "/etc/passwd: two lines");
  EXPECT_EQ(findings[1].severity, FindingSeverity::kNote);
  EXPECT_EQ(findings[2].severity, FindingSeverity::kWarning);
}

TEST(SarifReaderTest, ResultsBecomeFindingsAndInvalidPartsAreDropped) {
  expect_log(*read(kLog));
}

TEST(SarifReaderTest, TheLogMayBeSplitAnywhere) {
  for (std::size_t piece : {1, 2, 3, 7, 64}) expect_log(*read(kLog, piece));
}

TEST(SarifReaderTest, ResultsMayPrecedeTheirRules) {
  auto reader = read(R"({"runs":[{"results":[{"ruleId":"R","message":{"id":"m"},
    "locations":[{"physicalLocation":{"artifactLocation":{"index":1}}}]}],
    "tool":{"driver":{"rules":[{"id":"R","defaultConfiguration":{"level":"error"},
    "messageStrings":{"m":{"text":"text"}}}]}},
    "artifacts":[{"location":{"uri":"x"}},{"location":{"uri":"a.c"}}]}]})");
  ASSERT_EQ(reader->list().findings().size(), 1U);
  EXPECT_EQ(reader->list().findings()[0].message, "text");
  EXPECT_EQ(reader->list().findings()[0].severity, FindingSeverity::kError);
  EXPECT_EQ(reader->list().findings()[0].place.path, "a.c");
}

TEST(SarifReaderTest, ItemsBeforeAnErrorAreKeptAndTheErrorIsReported) {
  std::string_view cut = kLog.substr(0, kLog.find("{\"ruleIndex\": 1"));
  auto reader = read(cut);
  EXPECT_EQ(reader->list().findings().size(), 1U);
  EXPECT_EQ(reader->problem(), "the SARIF is truncated");
  reader = read(std::string(cut) + "]]]");
  EXPECT_EQ(reader->list().findings().size(), 1U);
  EXPECT_NE(reader->problem().find("the SARIF is invalid"), std::string::npos);
  EXPECT_NE(read("no findings\n")->problem(), "");
}

TEST(SarifReaderTest, OnlyAnItemThatIsTooLargeIsLeftOut) {
  std::string large(kMaxSarifItemBytes + 10, 'x');
  auto reader = read(R"({"runs":[{"tool":{},"results":[{"message":{"text":")" + large +
                     R"("}},{"message":{"text":"small"}}]}]})");
  ASSERT_EQ(reader->list().findings().size(), 1U);
  EXPECT_EQ(reader->list().findings()[0].message, "small");
  EXPECT_NE(reader->problem(), "");
}

TEST(SarifReaderTest, DeepNestingEndsTheLog) {
  auto reader = read(R"({"runs":[{"results":[)" + std::string(100'000, '['));
  EXPECT_NE(reader->problem(), "");
}

TEST(SarifReaderTest, OverTheBoundOnlyCountsGrow) {
  std::string text = R"({"runs":[{"tool":{},"results":[)";
  for (int i = 0; i < 26'000; ++i) {
    text += (i == 0 ? "" : ",") + (R"({"message":{"text":"m)" + std::to_string(i)) + "\"}}";
  }
  auto reader = read(text + "]}]}");
  EXPECT_EQ(reader->list().findings().size(), kMaxFindings);
  EXPECT_EQ(reader->list().counts(), (FindingCounts{26'000, 0, 26'000, 0, true}));
}

TEST(SarifReaderTest, TheArtifactIsReadInsteadOfTheOutputIfTheManifestNamesOne) {
  auto reader = read(kLog, 1 << 20, {.format = "sarif", .file = "out.sarif"});
  EXPECT_FALSE(reader->reads(FindingStream::kStdout));
  expect_log(*reader);
}

TEST(SarifReaderTest, UrisBecomePaths) {
  EXPECT_EQ(path_of_uri("file:///work/a%20b"), "/work/a b");
  EXPECT_EQ(path_of_uri("file://localhost/work/a"), "/work/a");
  EXPECT_EQ(path_of_uri("a%2"), "a%2");
  EXPECT_EQ(path_of_uri("a%zz"), "a%zz");
}

}  // namespace
}  // namespace glovebox
