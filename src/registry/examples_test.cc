#include "registry/examples.h"

#include <gmock/gmock.h>

#include "temp_folder.h"

namespace glovebox {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const ToolId kTool("check");

std::vector<Example> find(const TempFolder& folder) {
  std::vector<ManifestProblem> problems;
  std::vector<Example> examples = find_examples(folder.path(), kTool, problems);
  EXPECT_THAT(problems, IsEmpty());
  return examples;
}

TEST(ExamplesTest, TakesTitleAndDescriptionFromTheReadme) {
  TempFolder folder;
  folder.write("check/leak/README.md",
               "\n# A leak in *C*\n\nThe list is\nnever freed.\n\nMore words.\n## Next\n");
  folder.write("check/leak/src/list.c", "int x;\n");
  std::vector<Example> examples = find(folder);
  ASSERT_THAT(examples, SizeIs(1));
  EXPECT_EQ(examples[0].info.name, "leak");
  EXPECT_EQ(examples[0].info.title, "A leak in *C*");
  EXPECT_EQ(examples[0].info.description, "The list is never freed.");
  EXPECT_EQ(examples[0].info.file_count, 2);
  EXPECT_EQ(examples[0].path, folder.path() / "check/leak");
}

TEST(ExamplesTest, UsesTheNameAsTitleWithoutAReadme) {
  TempFolder folder;
  folder.write("check/b/x.c", "");
  folder.write("check/a/x.c", "");
  std::vector<Example> examples = find(folder);
  ASSERT_THAT(examples, SizeIs(2));
  EXPECT_EQ(examples[0].info.title, "a");
  EXPECT_EQ(examples[0].info.description, "");
  EXPECT_EQ(examples[1].info.name, "b");
}

TEST(ExamplesTest, ReadsAReadmeThatHasOnlyAHeadingOrOnlyWords) {
  TempFolder folder;
  folder.write("check/heading/README.md", "### \n");
  folder.write("check/words/README.md", "Only words.");
  folder.write("check/two/README.md", "# One\n# Two\nText\n# Three\n");
  std::vector<Example> examples = find(folder);
  ASSERT_THAT(examples, SizeIs(3));
  EXPECT_EQ(examples[0].info.title, "heading");
  EXPECT_EQ(examples[1].info.title, "One");
  EXPECT_EQ(examples[1].info.description, "Text");
  EXPECT_EQ(examples[2].info.description, "Only words.");
}

TEST(ExamplesTest, BoundsTitleAndDescription) {
  TempFolder folder;
  folder.write("check/long/README.md",
               "# " + std::string(5000, 't') + "\n\n" + std::string(5000, 'd'));
  EXPECT_EQ(find(folder)[0].info.title.size(), 200u);
  EXPECT_EQ(find(folder)[0].info.description.size(), 1000u);
}

TEST(ExamplesTest, ReportsAReadmeThatCannotBeRead) {
  TempFolder folder;
  folder.write("check/big/README.md", std::string((64 << 10) + 1, 'x'));
  std::vector<ManifestProblem> problems;
  EXPECT_THAT(find_examples(folder.path(), kTool, problems), SizeIs(1));
  ASSERT_THAT(problems, SizeIs(1));
  EXPECT_THAT(problems[0].message, HasSubstr("larger than 64 KiB"));
}

TEST(ExamplesTest, SkipsLinksHiddenFoldersAndFiles) {
  TempFolder folder;
  folder.write("elsewhere/secret", "");
  folder.write("check/.git/x", "");
  folder.write("check/stray.txt", "");
  std::filesystem::create_directory_symlink(folder.path() / "elsewhere",
                                            folder.path() / "check/link");
  EXPECT_THAT(find(folder), IsEmpty());
}

TEST(ExamplesTest, CountsRegularFilesAndFollowsNoLinks) {
  TempFolder folder;
  folder.write("elsewhere/one", "");
  folder.write("check/a/x.c", "");
  std::filesystem::create_directory_symlink(folder.path() / "elsewhere",
                                            folder.path() / "check/a/link");
  std::filesystem::create_directory_symlink("..", folder.path() / "check/a/loop");
  EXPECT_EQ(find(folder)[0].info.file_count, 1);
}

TEST(ExamplesTest, CountsUpToABound) {
  TempFolder folder;
  folder.write("check/a/f", "");
  for (std::size_t i = 0; i < kMaxExampleFiles + 5; ++i) {
    std::filesystem::create_hard_link(folder.path() / "check/a/f",
                                      folder.path() / ("check/a/" + std::to_string(i)));
  }
  EXPECT_EQ(find(folder)[0].info.file_count, static_cast<std::int64_t>(kMaxExampleFiles));
}

TEST(ExamplesTest, BoundsTheNumberOfExamplesAndTheirNames) {
  TempFolder folder;
  for (std::size_t i = 0; i < kMaxExamples; ++i) {
    std::filesystem::create_directories(folder.path() / "check" / std::to_string(i));
  }
  EXPECT_THAT(find(folder), SizeIs(kMaxExamples));
  std::filesystem::create_directories(folder.path() / "check/more");
  std::filesystem::create_directories(folder.path() / "check/with space");
  std::vector<ManifestProblem> problems;
  EXPECT_THAT(find_examples(folder.path(), kTool, problems), SizeIs(kMaxExamples));
  EXPECT_THAT(problems, testing::Not(IsEmpty()));
}

TEST(ExamplesTest, FindsNothingForAToolWithoutAFolder) {
  EXPECT_THAT(find(TempFolder()), IsEmpty());
}

}  // namespace
}  // namespace glovebox
