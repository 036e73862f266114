#include "registry/input_matcher.h"

#include <gmock/gmock.h>

#include <chrono>

namespace glovebox {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Tool tool(const char* id, std::vector<std::string> inputs, std::vector<std::string> shebangs = {}) {
  Tool made;
  made.id = ToolId(id);
  made.inputs = std::move(inputs);
  made.shebangs = std::move(shebangs);
  return made;
}

std::vector<ProjectFile> files(std::vector<std::string> paths) {
  std::vector<ProjectFile> made;
  for (std::string& path : paths) made.push_back({std::move(path)});
  return made;
}

TEST(GlobTest, MatchesLikeAShell) {
  for (auto [pattern, text] : {std::pair{"*.c", "a.c"},
                               {"*", "anything"},
                               {"test_*.py", "test_a_b.py"},
                               {"*a*b*", "xxaxxbxx"},
                               {"?.c", "a.c"},
                               {"[a-c]x", "bx"},
                               {"[!a]x", "bx"},
                               {"[]]", "]"},
                               {"[x", "[x"},
                               {"a/*.c", "a/b.c"},
                               {"**/a.c", "a.c"},
                               {"**/a.c", "x/y/a.c"},
                               {"src/**", "src/x/y"},
                               {"src/**/*.c", "src/x/y/z.c"},
                               {"src/**/*.c", "src/z.c"},
                               {".github/workflows/*.yml", ".github/workflows/ci.yml"},
                               {"", ""}}) {
    EXPECT_TRUE(glob_matches(pattern, text)) << pattern << " " << text;
  }
  for (auto [pattern, text] : {std::pair{"*.c", "a.cc"},
                               {"*.c", "x/a.c"},
                               {"a/*.c", "a/b/c.c"},
                               {"?", "/"},
                               {"[!a]", "/"},
                               {"**/a.c", "xa.c"},
                               {"a", ""},
                               {"", "a"}}) {
    EXPECT_FALSE(glob_matches(pattern, text)) << pattern << " " << text;
  }
}

TEST(GlobTest, NeverTakesExponentialTime) {
  std::string text(1000, 'a');
  std::string pattern;
  for (int i = 0; i < 60; ++i) pattern += "*a**a";
  auto begin = std::chrono::steady_clock::now();
  EXPECT_FALSE(glob_matches(pattern + "b", text));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
}

TEST(InputMatcherTest, CountsFilesByNameMostFirst) {
  InputMatcher matcher({tool("py", {"*.py"}), tool("c", {"*.c", "*.h", "Makefile"}),
                        tool("none", {"*.rs"}), tool("silent", {})});
  EXPECT_THAT(matcher.suits(files({"a.c", "d/b.h", "Makefile", "x.py", "README"})),
              ElementsAre(ToolSuit{ToolId("c"), 3}, ToolSuit{ToolId("py"), 1}));
}

TEST(InputMatcherTest, MatchesAGlobWithASlashAgainstThePath) {
  InputMatcher matcher({tool("actions", {".github/workflows/*.yml"})});
  EXPECT_THAT(matcher.suits(files({".github/workflows/a.yml", "a.yml"})),
              ElementsAre(ToolSuit{ToolId("actions"), 1}));
}

TEST(InputMatcherTest, MatchesScriptsByTheirFirstLine) {
  InputMatcher matcher(
      {tool("shellcheck", {"*.sh"}, {"sh", "bash"}), tool("pylint", {"*.py"}, {"python3"})});
  std::vector<ProjectFile> some = files({"a.sh", "run", "b", "c", "d"});
  some[0].interpreter = "sh";
  some[1].interpreter = "bash";
  some[2].interpreter = "shfoo";
  some[3].interpreter = "python3.11";
  EXPECT_THAT(matcher.suits(some),
              ElementsAre(ToolSuit{ToolId("shellcheck"), 2}, ToolSuit{ToolId("pylint"), 1}));
}

TEST(InputMatcherTest, SkipsVendoredAndGeneratedFiles) {
  InputMatcher matcher({tool("js", {"*.js"})});
  EXPECT_THAT(matcher.suits(files({"node_modules/x/a.js", "web/vendor/a.js", "third_party/a.js",
                                   ".git/a.js", "dist/a.js", "x/build/a.js", "a.min.js"})),
              IsEmpty());
  EXPECT_THAT(matcher.suits(files({"distance/a.js", "build.js", "vendor"})),
              ElementsAre(ToolSuit{ToolId("js"), 2}));
}

}  // namespace
}  // namespace glovebox
