#include "registry/small_file.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "temp_folder.h"

namespace glovebox {
namespace {

using testing::HasSubstr;

TEST(SmallFileTest, ReadsAFileOfAtMostTheBound) {
  TempFolder folder;
  auto file = folder.write("f", "12345");
  EXPECT_EQ(read_small_file(file, 5).value(), "12345");
  EXPECT_THAT(read_small_file(file, 4).error().message(), HasSubstr("larger than 4 bytes"));
  EXPECT_EQ(read_small_file(folder.write("empty", ""), 0).value(), "");
}

// Like a file that grows while it is read: files in /proc report size 0.
TEST(SmallFileTest, ReadsAllOfAFileThatIsLargerThanItSaid) {
  EXPECT_THAT(read_small_file("/proc/self/status", 1 << 16).value(), HasSubstr("\nThreads:"));
  EXPECT_THAT(read_small_file("/proc/self/status", 100).error().message(),
              HasSubstr("larger than 100 bytes"));
}

TEST(SmallFileTest, FollowsLinks) {
  TempFolder folder;
  std::filesystem::create_symlink(folder.write("f", "text"), folder.path() / "link");
  EXPECT_EQ(read_small_file(folder.path() / "link", 10).value(), "text");
}

TEST(SmallFileTest, RefusesWhatIsNotARegularFileWithoutWaiting) {
  TempFolder folder;
  ASSERT_EQ(::mkfifo((folder.path() / "fifo").c_str(), 0600), 0);
  EXPECT_THAT(read_small_file(folder.path() / "fifo", 10).error().message(),
              HasSubstr("not a regular file"));
  EXPECT_THAT(read_small_file(folder.path(), 10).error().message(), HasSubstr("not a regular"));
}

TEST(SmallFileTest, SaysWhyAFileCannotBeRead) {
  TempFolder folder;
  EXPECT_THAT(read_small_file(folder.path() / "none", 10).error().message(),
              HasSubstr("cannot be read: open: No such file"));
}

}  // namespace
}  // namespace glovebox
