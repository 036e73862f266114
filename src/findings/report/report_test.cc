#include "findings/report/report.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace glovebox {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

class OneFile : public SourceFiles {
 public:
  std::string read(std::string_view path, std::size_t) override {
    return path == "src/a.c" ? "int f(void) {\n\tint \xC3\xA9 = x;\n" : "";
  }
};

std::vector<Finding> good() {
  return {{{"src/b.c", 9}, FindingSeverity::kNote, "", "whole line", "fp2", 3, {}},
          {{"src/a.c", 2, 6, 2, 8},
           FindingSeverity::kError,
           "R1",
           "uses \"x\" & <y>",
           "fp1",
           1,
           {{{"src/b.c", 1, 1}, "declared here"}}},
          {{"dir with space/\xC3\xA4.c"},
           FindingSeverity::kWarning,
           "R/2",
           "would reformat",
           "fp3",
           0,
           {}},
          {{}, FindingSeverity::kWarning, "R1", "no place", "fp4", 5, {}}};
}

std::vector<Finding> hostile() {
  Finding climbs{{"../../etc/passwd", 1, 1},
                 FindingSeverity::kError,
                 "\"><script>alert(1)</script>",
                 "<script>alert('x')</script>\r\n::error::x \x1b[31m\x01 ]]> \xFF\xEF\xBF\xBE",
                 "f",
                 1,
                 {{{"/etc/shadow", 1}, "a\nb"}}};
  Finding odd = climbs;
  odd.place = {"a\n::warning file=x::\x1b[1m.c", -5, -1};
  Finding inside = climbs;
  inside.place = {"a%,:<\"'&>.c", 3, 4, 1, 1};
  return {climbs, odd, inside};
}

std::string write(ReportFormat format, const std::vector<Finding>& findings,
                  std::string url = "https://example.org/{rule}") {
  ReportRun run{.tool_id = "check",
                .tool_name = "Check",
                .tool_version = "Check 1.0",
                .rule_url = std::move(url),
                .findings = findings};
  for (const Finding& finding : findings) run.counts.add(finding.severity);
  std::string text;
  write_report(format, std::span(&run, 1), [&](std::string_view piece) { text += piece; });
  // For external schemas: see docs/hacking.md.
  if (const char* folder = std::getenv("GLOVEBOX_REPORTS_DIR")) {
    static int number = 0;
    std::ofstream(std::filesystem::path(folder) /
                  (std::to_string(number++) + std::string(report_suffix(format))))
        << text;
  }
  return text;
}

TEST(ReportTest, SarifHasWhatGithubAccepts) {
  json::value log = json::parse(write(ReportFormat::kSarif, good()));
  EXPECT_EQ(log.at("version"), "2.1.0");
  const json::value& run = log.at("runs").at(0);
  EXPECT_EQ(run.at("automationDetails").at("id"), "glovebox/check/");
  EXPECT_EQ(run.at("tool").at("driver").at("version"), "1.0");
  const json::array& rules = run.at("tool").at("driver").at("rules").as_array();
  ASSERT_EQ(rules.size(), 3U);
  EXPECT_EQ(rules[1].at("helpUri"), "https://example.org/R1");
  const json::array& results = run.at("results").as_array();
  ASSERT_EQ(results.size(), 3U);
  const json::value& place = results[0].at("locations").at(0).at("physicalLocation");
  EXPECT_EQ(place.at("artifactLocation").at("uri"), "dir%20with%20space/%C3%A4.c");
  EXPECT_EQ(place.at("artifactLocation").at("uriBaseId"), "%SRCROOT%");
  EXPECT_EQ(place.at("region").at("startLine"), 1);
  EXPECT_EQ(results[1].at("ruleIndex"), 1);
  EXPECT_EQ(results[1].at("partialFingerprints").at("primaryLocationLineHash"), "fp1");
  EXPECT_EQ(results[1].at("relatedLocations").as_array().size(), 1U);
  const json::value& invocation = run.at("invocations").at(0);
  EXPECT_EQ(invocation.at("toolExecutionNotifications").at(0).at("message").at("text"), "no place");
}

TEST(ReportTest, SarifHelpIsOnlyHttps) {
  for (const char* url : {"http://example.org/{rule}", "javascript:{rule}", "https://a b/{rule}",
                          "https://x/\"{rule}", ""}) {
    EXPECT_THAT(write(ReportFormat::kSarif, good(), url), Not(HasSubstr("helpUri"))) << url;
  }
  EXPECT_THAT(write(ReportFormat::kSarif, hostile()),
              HasSubstr("https://example.org/%22%3E%3Cscript%3Ealert%281%29%3C/script%3E"));
}

TEST(ReportTest, SarifHasAtMost20RunsAnd25000Results) {
  std::vector<Finding> many(30'000, good()[0]);
  std::vector<ReportRun> runs(25);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    runs[i].tool_id = runs[i].tool_name = "t" + std::to_string(i);
  }
  runs[24].findings = many;
  std::string text;
  write_sarif_report(runs, [&](std::string_view piece) { text += piece; });
  json::value log = json::parse(text);
  ASSERT_EQ(log.at("runs").as_array().size(), 20U);
  EXPECT_EQ(log.at("runs").at(0).at("results").as_array().size(), 25'000U);
}

TEST(ReportTest, CheckstyleGroupsByFile) {
  EXPECT_EQ(write(ReportFormat::kCheckstyle, good()), R"xml(<?xml version="1.0" encoding="UTF-8"?>
<checkstyle version="4.3">
  <file name="(no file)">
    <error severity="warning" message="no place" source="check.R1"/>
  </file>
  <file name="dir with space/ä.c">
    <error severity="warning" message="would reformat" source="check.R/2"/>
  </file>
  <file name="src/a.c">
    <error line="2" column="6" severity="error" message="uses &quot;x&quot; &amp; &lt;y&gt;" source="check.R1"/>
  </file>
  <file name="src/b.c">
    <error line="9" severity="info" message="whole line" source="check.check"/>
  </file>
</checkstyle>
)xml");
}

TEST(ReportTest, JunitHasACaseForEachFileAndOneForACleanTool) {
  std::string text = write(ReportFormat::kJunit, good());
  EXPECT_THAT(text, HasSubstr("<testsuite name=\"check\" tests=\"4\" failures=\"3\" errors=\"0\""));
  EXPECT_THAT(text, HasSubstr("src/a.c:2:6: error: uses &quot;x&quot; &amp; &lt;y&gt; [R1]"));
  EXPECT_THAT(text, HasSubstr("<system-out>src/b.c:9: note: whole line"));
  EXPECT_THAT(write(ReportFormat::kJunit, {}),
              HasSubstr("tests=\"1\" failures=\"0\" errors=\"0\""));
}

TEST(ReportTest, GitlabHasUniqueFingerprints) {
  std::vector<Finding> findings = good();
  findings.push_back(findings[1]);
  json::value issues = json::parse(write(ReportFormat::kGitlab, findings));
  ASSERT_EQ(issues.as_array().size(), 4U);
  EXPECT_NE(issues.at(1).at("fingerprint"), issues.at(2).at("fingerprint"));
  EXPECT_EQ(issues.at(1).at("severity"), "major");
  EXPECT_EQ(issues.at(1).at("location").at("path"), "src/a.c");
  EXPECT_EQ(issues.at(1).at("location").at("lines").at("begin"), 2);
  EXPECT_EQ(write(ReportFormat::kGitlab, {}), "[]\n");
}

TEST(ReportTest, GithubCommandsAreEscaped) {
  EXPECT_THAT(write(ReportFormat::kGithub, good()),
              HasSubstr("::error title=check%3A R1,file=src/a.c,line=2,endLine=2,col=6,"
                        "endColumn=8::uses \"x\" & <y>\n"));
  std::string text = write(ReportFormat::kGithub, hostile());
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
  EXPECT_THAT(text, HasSubstr("file=a%25%2C%3A<\"'&>.c"));
}

TEST(ReportTest, TextShowsTheLineAndACaret) {
  std::vector<Finding> findings = good();
  OneFile source;
  ReportRun run{.tool_id = "check", .findings = findings, .counts = {4, 1, 2, 1}};
  std::string text;
  auto sink = [&](std::string_view piece) { text += piece; };
  write_text_report(std::span(&run, 1), sink, {.source = &source});
  EXPECT_THAT(text, HasSubstr("src/a.c\n  2:6: error: uses \"x\" & <y>  [R1]\n"
                              "      \tint \xC3\xA9 = x;\n      \t    ^\n"
                              "      src/b.c:1:1: declared here\n"));
  EXPECT_THAT(text, HasSubstr("\n4 findings in 3 files: 1 error, 2 warnings, 1 note\n"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  text.clear();
  write_text_report(std::span(&run, 1), sink, {.colours = TextColours::kOn});
  EXPECT_THAT(text, HasSubstr("\x1b[1;31merror\x1b[0m"));
  EXPECT_EQ(write(ReportFormat::kText, {}), "clean\n");
}

TEST(ReportTest, HostileFindingsAreInertInEveryFormat) {
  for (ReportFormat format : {ReportFormat::kSarif, ReportFormat::kCheckstyle, ReportFormat::kJunit,
                              ReportFormat::kGitlab, ReportFormat::kGithub, ReportFormat::kText}) {
    std::string text = write(format, hostile());
    std::string name(report_format_name(format));
    EXPECT_EQ(find_report_format(name), format);
    for (char c : text) EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= ' ') << name;
    EXPECT_THAT(text, Not(HasSubstr("\xFF"))) << name;
    // A path outside the project is text, never a location.
    for (const char* place : {"\"uri\":\"..", "\"path\":\"..", "name=\"..", "file=..", "\n.."}) {
      EXPECT_THAT(text, Not(HasSubstr(place))) << name;
    }
    EXPECT_THAT(text, Not(HasSubstr("\n::error::x"))) << name;
    bool is_xml = format == ReportFormat::kCheckstyle || format == ReportFormat::kJunit;
    if (is_xml) {
      EXPECT_THAT(text, Not(HasSubstr("<script"))) << name;
    }
    for (const char* number : {"-1", "-5", "endLine\":1", "endLine=1"}) {
      EXPECT_THAT(text, Not(HasSubstr(number))) << name;
    }
    bool is_json = format == ReportFormat::kSarif || format == ReportFormat::kGitlab;
    if (is_json) json::parse(text);
  }
}

TEST(ReportTest, TheOrderOfFindingsDoesNotMatter) {
  std::vector<Finding> turned = good();
  std::reverse(turned.begin(), turned.end());
  for (ReportFormat format :
       {ReportFormat::kSarif, ReportFormat::kCheckstyle, ReportFormat::kText}) {
    EXPECT_EQ(write(format, turned), write(format, good()));
  }
}

}  // namespace
}  // namespace glovebox
