#include <fmt/format.h>
#include <gmock/gmock.h>

#include "registry/manifest.h"

namespace glovebox {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kHead = R"(id = "check"
name = "Check"
description = "Checks."
category = "Tests"
command = ["check", "."]
)";

struct Parsed {
  std::optional<Tool> tool;
  std::vector<std::string> problems;
};

Parsed parse_with(const std::string& lines) {
  std::vector<ManifestProblem> problems;
  Parsed parsed;
  parsed.tool = parse_manifest(kHead + lines, "check.toml", problems);
  for (const ManifestProblem& problem : problems) {
    parsed.problems.push_back(
        fmt::format("{} {}: {}", problem.line, problem.field, problem.message));
  }
  return parsed;
}

TEST(ManifestFindingsTest, ANamedFormatWithWordsAndHelp) {
  Parsed parsed = parse_with(R"([findings]
format = "gnu"
url = "https://example.org/rules/{rule}.html"
severity_map = { style = "note", "" = "error" }
)");
  ASSERT_THAT(parsed.problems, IsEmpty());
  EXPECT_EQ(parsed.tool->findings->format, "gnu");
  EXPECT_EQ(parsed.tool->findings->url, "https://example.org/rules/{rule}.html");
  EXPECT_EQ(parsed.tool->findings->severity_map.at("style"), FindingSeverity::kNote);
  EXPECT_EQ(parsed.tool->findings->severity_map.at(""), FindingSeverity::kError);
  EXPECT_TRUE(parsed.tool->in_checkup);
}

TEST(ManifestFindingsTest, PatternsAreReadInTheirOrder) {
  Parsed parsed = parse_with(R"([findings]
format = "patterns"
[[findings.patterns]]
regexp = '^FILE (\S+)$'
file = 1
[[findings.patterns]]
regexp = '^(\d+):(\d+)-(\d+):(\d+) (\w+) (\w+) (.*)$'
line = 1
column = 2
endLine = 3
endColumn = 4
severity = 5
code = 6
message = 7
loop = true
)");
  ASSERT_THAT(parsed.problems, IsEmpty());
  ASSERT_EQ(parsed.tool->findings->patterns.size(), 2U);
  EXPECT_EQ(parsed.tool->findings->patterns[0].file, 1);
  EXPECT_EQ(parsed.tool->findings->patterns[1],
            (FindingPattern{R"(^(\d+):(\d+)-(\d+):(\d+) (\w+) (\w+) (.*)$)", 0, 1, 2, 3, 4, 5, 6, 7,
                            true}));
}

TEST(ManifestFindingsTest, WithoutFindingsAToolTakesPartInCheckUpsOnlyIfDeclared) {
  EXPECT_FALSE(parse_with("").tool->in_checkup);
  EXPECT_FALSE(parse_with("").tool->findings.has_value());
  EXPECT_TRUE(parse_with("checkup = true\n").tool->in_checkup);
  EXPECT_FALSE(parse_with("checkup = false\n[findings]\nformat = \"gnu\"\n").tool->in_checkup);
}

TEST(ManifestFindingsTest, SarifMayComeFromAFileOfTheProject) {
  EXPECT_EQ(
      parse_with("[findings]\nformat = \"sarif\"\nfile = \"out/x.sarif\"\n").tool->findings->file,
      "out/x.sarif");
  EXPECT_THAT(parse_with("[findings]\nformat = \"sarif\"\nfile = \"../x\"\n").problems,
              ElementsAre("8 findings.file: must be a relative path without \".\" and \"..\""));
}

TEST(ManifestFindingsTest, ProblemsHaveTheFieldAndTheReason) {
  EXPECT_THAT(parse_with("[findings]\nformat = \"gnuu\"\n").problems,
              ElementsAre(HasSubstr("7 findings.format: is none of")));
  EXPECT_THAT(parse_with("[findings]\nformat = \"gnu\"\nformta = 1\n").problems,
              ElementsAre(HasSubstr("findings.formta")));
  EXPECT_THAT(parse_with("[findings]\nformat = \"gnu\"\nurl = \"javascript:x\"\n").problems,
              ElementsAre(HasSubstr("findings.url: must begin with https://")));
  EXPECT_THAT(parse_with("[findings]\nformat = \"gnu\"\nseverity_map = { a = \"bad\" }\n").problems,
              ElementsAre(HasSubstr("findings.severity_map.a: must be error, warning or note")));
  const std::string head = "[findings]\nformat = \"patterns\"\n[[findings.patterns]]\n";
  EXPECT_THAT(parse_with(head + "regexp = '(a'\nfile = 1\nmessage = 1\n").problems,
              ElementsAre(HasSubstr("[0].regexp: is not a regular expression of RE2")));
  EXPECT_THAT(parse_with(head + "regexp = '(a)'\nfile = 1\nmessage = 2\n").problems,
              ElementsAre(HasSubstr("[0].message: is 2, but the regexp has 1 capture groups")));
  EXPECT_THAT(parse_with(head + "regexp = '(a)'\nfile = 1\n").problems,
              ElementsAre(HasSubstr("no pattern captures the message")));
  EXPECT_THAT(
      parse_with(head + "regexp = '((x{100}){100}){100}'\nfile = 1\nmessage = 1\n").problems,
      ElementsAre(HasSubstr("[0].regexp: is not a regular expression of RE2")));
}

}  // namespace
}  // namespace glovebox
