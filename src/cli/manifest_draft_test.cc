#include "cli/manifest_draft.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace glovebox {
namespace {

using testing::HasSubstr;
using Words = std::vector<std::string>;

TEST(ManifestDraftTest, SplitsACommandAsAShellDoes) {
  EXPECT_EQ(split_command("a  -b 'c d' \"e f\" g\\ h '' i'j'k").value(),
            (Words{"a", "-b", "c d", "e f", "g h", "", "ijk"}));
  EXPECT_EQ(split_command("tool --set={level} *.c").value(),
            (Words{"tool", "--set={level}", "*.c"}));
}

TEST(ManifestDraftTest, RefusesWhatOnlyAShellUnderstands) {
  for (const char* line : {"a | b", "a && b", "a > b", "a $HOME", "a \"$HOME\"", "a `b`", "(a)",
                           "a; b", "a 'b", "", "  "}) {
    EXPECT_TRUE(split_command(line).has_error()) << line;
  }
  EXPECT_EQ(split_command("a '$HOME'").value(), (Words{"a", "$HOME"}));
}

TEST(ManifestDraftTest, ReadsExitCodes) {
  EXPECT_EQ(parse_exit_codes("1, 2 65").value(), (std::vector<int>{1, 2, 65}));
  EXPECT_TRUE(parse_exit_codes("").value().empty());
  for (const char* text : {"256", "-1", "1.5", "one"}) {
    EXPECT_TRUE(parse_exit_codes(text).has_error()) << text;
  }
}

TEST(ManifestDraftTest, TheIdIsMadeOfTheProgramsName) {
  auto id = [](const char* program) { return draft_id({{program}, {}, {}, {}}); };
  EXPECT_EQ(id("/usr/bin/clang-tidy"), "clang-tidy");
  EXPECT_EQ(id("g++"), "g");
  EXPECT_EQ(id("./Check_It.sh"), "check-it-sh");
  EXPECT_EQ(id("_"), "tool");
}

TEST(ManifestDraftTest, WritesQuotedValues) {
  std::string text = manifest_text({{"t", "a \"b\" \\c"}, {"*.x"}, "gnu", {1, 2}});
  EXPECT_THAT(text, HasSubstr(R"(command = ["t", "a \"b\" \\c"])"));
  EXPECT_THAT(text, HasSubstr("findings = [1, 2]"));
  EXPECT_THAT(text, HasSubstr("\nformat = \"gnu\""));
}

}  // namespace
}  // namespace glovebox
