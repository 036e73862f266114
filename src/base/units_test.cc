#include "base/units.h"

#include <gtest/gtest.h>

namespace glovebox {
namespace {

using namespace std::chrono_literals;
using namespace literals;

TEST(UnitsTest, ReadsSizesInBinaryAndDecimalUnits) {
  EXPECT_EQ(parse_byte_count("512MiB").value(), 512_MiB);
  EXPECT_EQ(parse_byte_count("1.5 GiB").value(), ByteCount(1536ULL << 20));
  EXPECT_EQ(parse_byte_count("64k").value(), ByteCount(64'000));
  EXPECT_EQ(parse_byte_count("17").value(), ByteCount(17));
}

TEST(UnitsTest, RefusesAmbiguousSizes) {
  for (const char* text :
       {"", "MiB", "-1", "1 parsec", "1e99GiB", "nan", "99999999TiB", "1,5GiB"}) {
    EXPECT_TRUE(parse_byte_count(text).has_error()) << text;
  }
}

TEST(UnitsTest, ReadsDurations) {
  EXPECT_EQ(parse_duration("1500ms").value(), 1500ms);
  EXPECT_EQ(parse_duration("60s").value(), 60s);
  EXPECT_EQ(parse_duration("2m").value(), 120s);
  EXPECT_EQ(parse_duration("10").value(), 10s);
  EXPECT_TRUE(parse_duration("10 weeks").has_error());
}

TEST(UnitsTest, WritesForPeople) {
  EXPECT_EQ(format_bytes(512_MiB), "512 MiB");
  EXPECT_EQ(format_bytes(ByteCount(1536ULL << 20)), "1.5 GiB");
  EXPECT_EQ(format_bytes(ByteCount(1)), "1 byte");
  EXPECT_EQ(format_duration(340ms), "340 ms");
  EXPECT_EQ(format_duration(1234ms), "1.2 s");
  EXPECT_EQ(format_duration(1s), "1 s");
  EXPECT_EQ(format_duration(60s), "1 min");
  EXPECT_EQ(format_duration(125s), "2 min 5 s");
  EXPECT_EQ(format_duration(1h), "1 hour");
  EXPECT_EQ(format_duration(91min), "1 h 31 min");
  EXPECT_EQ(format_duration(24h), "24 hours");
  EXPECT_EQ(format_duration(49h), "2 d 1 h");
  EXPECT_EQ(format_duration(24h * 7), "7 days");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(1'716), "1,716");
  EXPECT_EQ(format_count(1'000'000), "1,000,000");
}

}  // namespace
}  // namespace glovebox
