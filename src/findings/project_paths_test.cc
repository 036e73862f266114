#include "findings/project_paths.h"

#include <gtest/gtest.h>

#include "findings/rule_help.h"
#include "findings/severity_words.h"

namespace glovebox {
namespace {

TEST(ProjectPathsTest, PrintedPathsBecomeThoseOfTheProject) {
  FileList files({"src/b.c", "a.c", "src/lib/a.c"});
  EXPECT_EQ(project_path("./a.c", "", files), "a.c");
  EXPECT_EQ(project_path("/work/src/b.c", "", files), "src/b.c");
  EXPECT_EQ(project_path("/work//src/./lib/../b.c", "", files), "src/b.c");
  EXPECT_EQ(project_path("src\\lib\\a.c", "", files), "src/lib/a.c");
  EXPECT_EQ(project_path("b.c", "src", files), "src/b.c");
  EXPECT_EQ(project_path("../a.c", "src", files), "a.c");
}

TEST(ProjectPathsTest, AFileOutsideTheProjectIsNotAPath) {
  FileList files({"src/b.c", "a.c"});
  for (const char* path : {"", "/", "/a.c", "../a.c", "src/../../a.c", "src", "A.c", "/workx/a.c",
                           "/work/../work/a.c", "a.c\n"}) {
    EXPECT_EQ(project_path(path, "", files), "") << path;
  }
  EXPECT_EQ(project_path(std::string(kMaxPathBytes + 1, '.'), "", files), "");
}

TEST(SeverityWordsTest, TheManifestsWordsHavePriority) {
  std::map<std::string, FindingSeverity> map{{"style", FindingSeverity::kNote}};
  EXPECT_EQ(find_severity("style", map), FindingSeverity::kNote);
  EXPECT_EQ(find_severity("STYLE", map), FindingSeverity::kNote);
  EXPECT_EQ(find_severity("STYLE", {}), FindingSeverity::kWarning);
  EXPECT_EQ(find_severity("Fatal Error", {}), FindingSeverity::kError);
  EXPECT_EQ(find_severity("", {}), std::nullopt);
  EXPECT_EQ(find_severity("odd", {}), std::nullopt);
}

TEST(RuleHelpTest, OnlyHttpsWithoutCharactersThatEndAnAttribute) {
  EXPECT_EQ(rule_help_url("https://x.org/{rule}.html", "a b\"</>"),
            "https://x.org/a%20b%22%3C/%3E.html");
  EXPECT_EQ(rule_help_url("https://x.org/all", "a"), "https://x.org/all");
  for (const char* url : {"http://x.org/{rule}", "javascript:{rule}", "https:///{rule}", "https://",
                          "{rule}", "https://x.org/ {rule}", "https://x.org/'{rule}"}) {
    EXPECT_EQ(rule_help_url(url, "a"), "") << url;
  }
  EXPECT_EQ(rule_help_url("https://x.org/{rule}", ""), "");
}

}  // namespace
}  // namespace glovebox
