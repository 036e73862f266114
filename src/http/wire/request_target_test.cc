#include "http/wire/request_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace glovebox {
namespace {

using testing::ElementsAre;

std::optional<std::string> path_of(std::string_view target) {
  auto parsed = parse_target(target);
  if (!parsed) return std::nullopt;
  return relative_path(parsed->segments);
}

TEST(RequestTargetTest, SplitsAndDecodesThePath) {
  auto target = parse_target("/api/tools/a%20b");
  ASSERT_TRUE(target);
  EXPECT_THAT(target->segments, ElementsAre("api", "tools", "a b"));
  EXPECT_THAT(parse_target("/")->segments, ElementsAre());
  EXPECT_THAT(parse_target("/api/")->segments, ElementsAre("api", ""));
}

TEST(RequestTargetTest, ReadsTheQuery) {
  auto target = parse_target("/x?output=false&name=a+b%2Bc&empty=&output=true&bare");
  ASSERT_TRUE(target);
  EXPECT_EQ(*target->find("output"), "true");
  EXPECT_EQ(*target->find("name"), "a b+c");
  EXPECT_EQ(*target->find("empty"), "");
  EXPECT_NE(target->find("bare"), nullptr);
  EXPECT_EQ(target->find("absent"), nullptr);
}

TEST(RequestTargetTest, SplitsTheAbsoluteForm) {
  auto target = parse_target("http://evil.example:81/api/tools?x=1");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->authority, "evil.example:81");
  EXPECT_THAT(target->segments, ElementsAre("api", "tools"));
}

TEST(RequestTargetTest, RefusesInvalidPaths) {
  for (const char* text : {"*", "api/tools", "/%", "/%4", "/%zz", "ftp://x/", "/a<b>", "http://"}) {
    auto target = parse_target(text);
    ASSERT_FALSE(target) << text;
    EXPECT_EQ(target.error().kind(), ErrorKind::kValidation) << text;
  }
}

TEST(RequestTargetTest, T74ABackslashIsNotFound) {
  EXPECT_EQ(parse_target("/a\\b").error().kind(), ErrorKind::kNotFound);
}

TEST(RequestTargetTest, T74RelativePathsHaveOnlyPlainComponents) {
  EXPECT_EQ(path_of("/src/main.c"), "src/main.c");
  EXPECT_EQ(path_of("/src%2Fmain.c"), "src/main.c");
  EXPECT_EQ(path_of("/..a/b..c/..."), "..a/b..c/...");
  for (const char* target :
       {"/../x", "/x/..", "/%2e%2e/x", "/x/%2E%2e%2fy", "/./x", "//x", "/x//y", "/x/", "/",
        "/%2fetc/passwd", "/a%00b", "/a%5cb", "/..%5c..%5cx", "/a%0ab", "/a%1bb", "/a%7f"}) {
    EXPECT_EQ(path_of(target), std::nullopt) << target;
  }
}

}  // namespace
}  // namespace glovebox
