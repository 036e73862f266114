#include "execution/findings/finding_pages.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "execution/findings/findings_record.h"
#include "memory_project_store.h"

namespace glovebox {
namespace {

using testing::ElementsAre;

Finding finding_at(std::string path, int line, std::string rule = "r",
                   FindingSeverity severity = FindingSeverity::kError) {
  Finding made;
  made.place.path = std::move(path);
  made.place.line = line;
  made.rule = std::move(rule);
  made.severity = severity;
  made.message = "m";
  made.fingerprint = made.place.path + ":" + made.rule;
  return made;
}

std::vector<std::string> places(const FindingsPage& page) {
  std::vector<std::string> all;
  for (const ListedFinding& each : page.findings) {
    std::string change = each.change.empty() ? "" : " " + std::string(each.change);
    all.push_back(each.finding.place.path + ":" + std::to_string(each.finding.place.line) + change);
  }
  return all;
}

TEST(FindingPagesTest, PagesHaveNoGapsOrRepeats) {
  std::vector<Finding> now;
  for (int line = 1; line <= 5; ++line) now.push_back(finding_at("a", line));
  FindingsQuery query;
  query.limit = 2;
  std::vector<std::string> all;
  int pages = 0;
  do {
    FindingsPage page = findings_page(now, nullptr, query).value();
    for (std::string& place : places(page)) all.push_back(std::move(place));
    query.cursor = page.next_cursor;
    ++pages;
  } while (!query.cursor.empty());
  EXPECT_EQ(pages, 3);
  EXPECT_THAT(all, ElementsAre("a:1", "a:2", "a:3", "a:4", "a:5"));
}

TEST(FindingPagesTest, AForeignCursorIsRefused) {
  for (const char* cursor : {"1", "f", "fx", "f1x", "f-1", "f99999999999999999999999"}) {
    FindingsQuery query;
    query.cursor = cursor;
    Result<FindingsPage> page = findings_page({}, nullptr, query);
    ASSERT_TRUE(page.has_error()) << cursor;
    EXPECT_EQ(page.error().kind(), ErrorKind::kValidation);
  }
  FindingsQuery beyond;
  beyond.cursor = "f1000";
  EXPECT_TRUE(findings_page({}, nullptr, beyond).value().findings.empty());
}

TEST(FindingPagesTest, FiltersSelectRuleSeverityAndFileOrFolder) {
  std::vector<Finding> now = {finding_at("src/a", 1), finding_at("src/a/b", 2),
                              finding_at("src/ab", 3, "other"),
                              finding_at("", 4, "r", FindingSeverity::kNote)};
  FindingsQuery query;
  query.filter.path = "src/a";
  EXPECT_THAT(places(findings_page(now, nullptr, query).value()),
              ElementsAre("src/a:1", "src/a/b:2"));
  query.filter = {std::nullopt, "other", ""};
  EXPECT_THAT(places(findings_page(now, nullptr, query).value()), ElementsAre("src/ab:3"));
  query.filter = {FindingSeverity::kNote, "", ""};
  EXPECT_THAT(places(findings_page(now, nullptr, query).value()), ElementsAre(":4"));
}

TEST(FindingPagesTest, AComparisonShowsNewFixedAndUnchanged) {
  std::vector<Finding> before = {finding_at("a", 1), finding_at("gone", 2)};
  std::vector<Finding> now = {finding_at("a", 9), finding_at("b", 3)};
  FindingsQuery query;
  EXPECT_THAT(places(findings_page(now, &before, query).value()),
              ElementsAre("a:9 unchanged", "b:3 new", "gone:2 fixed"));
}

TEST(FindingPagesTest, ARecordIsReadBackUnchanged) {
  std::vector<Finding> findings = {finding_at("a", 1),
                                   finding_at("", 0, "", FindingSeverity::kNote)};
  findings[0].related.push_back({findings[0].place, "see\xe2\x80\xa6"});
  std::string record = encode_findings(findings).value();
  EXPECT_EQ(decode_findings(record).value(), findings);
  EXPECT_TRUE(decode_findings("").value().empty());
  EXPECT_TRUE(decode_findings("not ours").has_error());
  EXPECT_TRUE(decode_findings(record.substr(0, record.size() - 3)).has_error());
}

TEST(FindingPagesTest, AReportIsWrittenToAFile) {
  MemoryProjectStore store;
  std::vector<Finding> findings = {finding_at("a", 1)};
  ReportRun run;
  run.tool_id = "tool";
  run.findings = findings;
  FindingsReport report = write_report_file(ReportFormat::kSarif, {&run, 1}, store).value();
  EXPECT_EQ(report.suffix, ".sarif");
  struct stat status {};
  ASSERT_EQ(::fstat(report.file.get(), &status), 0);
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  ASSERT_EQ(::pread(report.file.get(), text.data(), text.size(), 0), status.st_size);
  EXPECT_THAT(text, testing::HasSubstr("%SRCROOT%"));
  EXPECT_TRUE(parse_report_format("text").has_error());
}

}  // namespace
}  // namespace glovebox
