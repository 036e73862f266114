#include "metrics/process_stats.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <vector>

#include "base/os.h"

namespace glovebox {
namespace {

TEST(ProcessStatsTest, TellsWhatThisProcessUses) {
  ProcessStats stats = ProcessStats::open();
  ProcessStats::Values values = stats.read();
  EXPECT_GT(values.cpu_seconds, 0);
  EXPECT_GT(values.start_time_seconds, 1.6e9);
  ASSERT_TRUE(values.resident_bytes && values.virtual_bytes && values.max_fds);
  EXPECT_GT(*values.resident_bytes, 1 << 20);
  EXPECT_GE(*values.virtual_bytes, *values.resident_bytes);
}

TEST(ProcessStatsTest, CountsDescriptorsAsTheyComeAndGo) {
  ProcessStats stats = ProcessStats::open();
  double before = stats.read().open_fds.value();
  {
    std::vector<UniqueFd> more;
    for (int i = 0; i < 5; ++i) more.push_back(os::open("/dev/null", O_RDONLY).value());
    EXPECT_EQ(stats.read().open_fds.value(), before + 5);
  }
  EXPECT_EQ(stats.read().open_fds.value(), before);
}

TEST(ProcessStatsTest, WithoutProcItTellsWhatItKnows) {
  ProcessStats stats;
  ProcessStats::Values values = stats.read();
  EXPECT_GT(values.cpu_seconds, 0);
  EXPECT_TRUE(values.max_fds);
  EXPECT_FALSE(values.open_fds || values.resident_bytes || values.virtual_bytes);
}

}  // namespace
}  // namespace glovebox
