#include "base/disk_usage.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "temp_folder.h"

namespace glovebox {
namespace {

std::uint64_t blocks_of(const std::filesystem::path& path) {
  struct stat info {};
  EXPECT_EQ(::lstat(path.c_str(), &info), 0);
  return static_cast<std::uint64_t>(info.st_blocks) * 512;
}

TEST(DiskUsageTest, CountsBlocksOfFilesAndFoldersAndNotTheirLength) {
  TempFolder folder;
  auto small = folder.write("a/b/small", "x");
  auto sparse = folder.write("a/sparse", "x");
  std::filesystem::resize_file(sparse, 1 << 30);
  std::uint64_t expected = blocks_of(small) + blocks_of(sparse) + blocks_of(folder.path() / "a") +
                           blocks_of(folder.path() / "a/b");
  EXPECT_EQ(allocated_below(folder.path() / "a").value().bytes(), expected);
  EXPECT_LT(expected, 1u << 30);
  EXPECT_GE(expected, 1u);
}

TEST(DiskUsageTest, FollowsNoLink) {
  TempFolder folder;
  folder.write("big/file", std::string(1 << 20, 'x'));
  std::filesystem::create_directories(folder.path() / "a");
  std::filesystem::create_directory_symlink(folder.path() / "big", folder.path() / "a/link");
  EXPECT_LT(allocated_below(folder.path() / "a").value().bytes(), 1u << 20);
  EXPECT_LT(allocated_below(folder.path() / "a/link").value().bytes(), 1u << 20);
}

TEST(DiskUsageTest, AMissingPathUsesNothing) {
  EXPECT_EQ(allocated_below("/no/such/folder").value(), ByteCount());
}

TEST(DiskUsageTest, ReportsTheFreeSpaceOfADisk) {
  DiskSpace space = disk_space("/").value();
  EXPECT_GT(space.total, ByteCount());
  EXPECT_LE(space.available, space.total);
  EXPECT_GE(space.inodes_available, 0);
  EXPECT_LE(space.inodes_available, 1);
  EXPECT_TRUE(disk_space("/no/such/folder").has_error());
}

TEST(DiskUsageTest, CountsAFileWithSeveralNamesOnce) {
  TempFolder folder;
  folder.write("a/one", std::string(1 << 20, 'x'));
  std::uint64_t before = allocated_below(folder.path()).value().bytes();
  std::filesystem::create_directory(folder.path() / "b");
  std::filesystem::create_hard_link(folder.path() / "a/one", folder.path() / "b/two");
  std::filesystem::create_hard_link(folder.path() / "a/one", folder.path() / "a/three");
  EXPECT_LT(allocated_below(folder.path()).value().bytes(), before + (1 << 20));
}

}  // namespace
}  // namespace glovebox
