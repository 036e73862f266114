#include "projects/relative_path.h"

#include <gmock/gmock.h>

namespace glovebox {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string refusal(std::string_view text) {
  auto path = RelativePath::parse(text);
  return path ? "accepted" : path.error().message();
}

TEST(RelativePathTest, TakesOrdinaryNames) {
  for (const char* text : {"a", "a/b", "a b", "-x", "--config=x", "...", "a..b", "..a", "ab:c",
                           "\u00e9", "\u65e5\u672c\u8a9e.txt", "\U0001f600", "$(x)", "'", "\""}) {
    EXPECT_TRUE(RelativePath::parse(text)) << text << " " << refusal(text);
  }
}

TEST(RelativePathTest, SplitsIntoItsParts) {
  RelativePath path = RelativePath::parse("a/b/c.txt").value();
  EXPECT_THAT(path.components(), ElementsAre("a", "b", "c.txt"));
  EXPECT_EQ(path.name(), "c.txt");
  EXPECT_EQ(path.parent(), "a/b");
  EXPECT_EQ(RelativePath::parse("a").value().parent(), "");
}

TEST(RelativePathTest, SaysWhyItRefuses) {
  using namespace std::string_view_literals;
  EXPECT_EQ(refusal(""), "is empty");
  EXPECT_EQ(refusal("/a"), "is absolute");
  EXPECT_EQ(refusal("a/../b"), "leads out of the project with '..'");
  EXPECT_EQ(refusal("a/./b"), "has '.' as a folder name");
  EXPECT_EQ(refusal("a//b"), "has an empty folder name");
  EXPECT_EQ(refusal("a/"), "has an empty folder name");
  EXPECT_EQ(refusal("c:a"), "starts with a drive letter");
  EXPECT_THAT(refusal("a\\b"), HasSubstr("backslash"));
  EXPECT_EQ(refusal("a\0b"sv), "contains a NUL byte");
  EXPECT_EQ(refusal("a\tb"), "contains a control character");
  EXPECT_THAT(refusal("a\u202eb"), HasSubstr("text direction"));
  for (const char* mark : {"\u061c", "\u200e", "\u200f", "\u202a", "\u202e", "\u2066", "\u2069"}) {
    EXPECT_THAT(refusal(std::string("a") + mark), HasSubstr("text direction"));
  }
  EXPECT_THAT(refusal("a\xff"), HasSubstr("not valid UTF-8"));
  EXPECT_THAT(refusal("\xf4\x90\x80\x80"), HasSubstr("not valid UTF-8"));
  EXPECT_THAT(refusal("\xe0\x80\xaf"), HasSubstr("not valid UTF-8"));
}

TEST(RelativePathTest, AppliesItsBoundsExactly) {
  std::string component(RelativePath::kMaxComponentBytes, 'x');
  EXPECT_TRUE(RelativePath::parse(component));
  EXPECT_THAT(refusal(component + 'x'), HasSubstr("more than 255 bytes"));
  std::string deep = "x";
  for (std::size_t i = 1; i < RelativePath::kMaxDepth; ++i) deep += "/x";
  EXPECT_TRUE(RelativePath::parse(deep));
  EXPECT_THAT(refusal(deep + "/x"), HasSubstr("64 folders deep"));
  std::string whole = component + '/' + component + '/' + component + '/' + component;
  whole.resize(1022);
  whole += "/x";
  EXPECT_TRUE(RelativePath::parse(whole)) << refusal(whole);
  EXPECT_THAT(refusal(whole + 'x'), HasSubstr("longer than 1024 bytes"));
}

TEST(RelativePathTest, ShowsValidNamesUnchangedAndEscapesTheRest) {
  EXPECT_EQ(shown_entry_name("caf\u00e9/x"), "caf\u00e9/x");
  EXPECT_EQ(shown_entry_name("a\x1b[2J"), "a\\x1b[2J");
  EXPECT_LE(shown_entry_name(std::string(100'000, '\n')).size(), 2100u);
}

}  // namespace
}  // namespace glovebox
