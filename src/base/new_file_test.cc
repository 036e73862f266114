#include "base/new_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/os.h"
#include "temp_folder.h"

namespace glovebox {
namespace {

class NewFileTest : public testing::Test {
 protected:
  bool makes(const std::string& path) {
    UniqueFd folder = os::open((folder_.path() / "in").string(), O_RDONLY | O_DIRECTORY).value();
    return !new_file_below(folder.get(), path, 0600).has_error();
  }
  void SetUp() override { std::filesystem::create_directories(folder_.path() / "in"); }
  TempFolder folder_;
};

TEST_F(NewFileTest, MakesTheFoldersAndReplacesAFile) {
  folder_.write("in/a/b", "old");
  EXPECT_TRUE(makes("a/b"));
  EXPECT_EQ(std::filesystem::file_size(folder_.path() / "in/a/b"), 0u);
  EXPECT_TRUE(makes("c/d/new\nline"));
}

TEST_F(NewFileTest, RefusesPathsThatAreNotPlainAndRelative) {
  for (const std::string& path :
       {std::string(), std::string("/x"), std::string("../x"), std::string("a/../../x"),
        std::string("./x"), std::string("a/"), std::string("a\0b", 3)}) {
    EXPECT_FALSE(makes(path)) << path;
  }
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "x"));
}

TEST_F(NewFileTest, WritesThroughNoLink) {
  auto victim = folder_.write("outside/file", "precious");
  std::filesystem::create_symlink("../outside", folder_.path() / "in/folder");
  std::filesystem::create_symlink(victim, folder_.path() / "in/file");
  EXPECT_FALSE(makes("folder/file"));
  EXPECT_TRUE(makes("file"));
  EXPECT_EQ(std::filesystem::file_size(victim), 8u);
}

}  // namespace
}  // namespace glovebox
