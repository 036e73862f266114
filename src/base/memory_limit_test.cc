#include "base/memory_limit.h"

#include <gtest/gtest.h>

#include "temp_folder.h"

namespace glovebox {
namespace {

TEST(MemoryLimitTest, TheSmallestLimitAboveTheProcessCountsInVersion2) {
  TempFolder folder;
  folder.write("a/b/memory.max", "max\n");
  folder.write("a/memory.max", "62914560\n");
  folder.write("memory.max", "99999999999\n");
  EXPECT_EQ(cgroup_memory_limit("0::/a/b\n", folder.path()), ByteCount(62914560));
}

TEST(MemoryLimitTest, ReadsTheLimitOfVersion1) {
  TempFolder folder;
  folder.write("memory/box/memory.limit_in_bytes", "1048576\n");
  folder.write("memory/memory.limit_in_bytes", "9223372036854771712\n");
  EXPECT_EQ(cgroup_memory_limit("4:cpu,memory:/box\n0::/\n", folder.path()), ByteCount(1048576));
  EXPECT_EQ(cgroup_memory_limit("4:memory:/elsewhere\n", folder.path()), std::nullopt);
}

TEST(MemoryLimitTest, WithoutALimitThereIsNone) {
  TempFolder folder;
  folder.write("a/memory.max", "max\n");
  EXPECT_EQ(cgroup_memory_limit("0::/a\n", folder.path()), std::nullopt);
  EXPECT_EQ(cgroup_memory_limit("garbage\n:::\n", folder.path()), std::nullopt);
  EXPECT_GT(usable_memory(), ByteCount(1 << 20));
}

}  // namespace
}  // namespace glovebox
