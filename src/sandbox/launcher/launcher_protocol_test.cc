#include "sandbox/launcher/launcher_protocol.h"

#include <gmock/gmock.h>

#include <limits>

#include "sandbox/slot/packet.h"

namespace glovebox {
namespace {

using testing::ElementsAre;

ReportPacket full_report() {
  ReportPacket packet;
  packet.report.tier = Tier::kNamespaces;
  packet.report.layers = {"user-namespace", "seccomp"};
  packet.report.missing = {{"landlock", "no kernel", "another kernel"}, {"own-uid", "", ""}};
  return packet;
}

std::vector<std::string> all_packets() {
  return {encode(full_report()),
          encode(ReportPacket{}),
          encode(SlotPacket{3}),
          encode(SlotDiedPacket{4, true}),
          encode(FailedPacket{"id-map: write: EPERM", 1}),
          encode(FailedPacket{})};
}

std::string number(std::int64_t value) {
  PacketWriter w;
  w.number(value);
  return w.str();
}

TEST(LauncherProtocolTest, ReportRoundTrips) {
  for (Tier tier : {Tier::kNone, Tier::kLandlock, Tier::kNamespaces}) {
    ReportPacket sent = full_report();
    sent.report.tier = tier;
    FromLauncher message = decode_from_launcher(encode(sent)).value();
    const IsolationReport& report = std::get<ReportPacket>(message).report;
    EXPECT_EQ(report.tier, tier);
    EXPECT_THAT(report.layers, ElementsAre("user-namespace", "seccomp"));
    ASSERT_EQ(report.missing.size(), 2u);
    EXPECT_EQ(report.missing[0].layer, "landlock");
    EXPECT_EQ(report.missing[0].why, "no kernel");
    EXPECT_EQ(report.missing[0].remedy, "another kernel");
    EXPECT_EQ(report.missing[1].layer, "own-uid");
  }
}

TEST(LauncherProtocolTest, SlotRoundTrips) {
  FromLauncher message = decode_from_launcher(encode(SlotPacket{17})).value();
  EXPECT_EQ(std::get<SlotPacket>(message).index, 17u);
}

TEST(LauncherProtocolTest, SlotDiedRoundTrips) {
  for (bool out_of_memory : {false, true}) {
    FromLauncher message = decode_from_launcher(encode(SlotDiedPacket{5, out_of_memory})).value();
    EXPECT_EQ(std::get<SlotDiedPacket>(message).index, 5u);
    EXPECT_EQ(std::get<SlotDiedPacket>(message).out_of_memory, out_of_memory);
  }
}

TEST(LauncherProtocolTest, FailedRoundTrips) {
  FromLauncher message = decode_from_launcher(encode(FailedPacket{"root: no /usr", 2})).value();
  EXPECT_EQ(std::get<FailedPacket>(message).message, "root: no /usr");
  EXPECT_EQ(std::get<FailedPacket>(message).errno_value, 2);
}

TEST(LauncherProtocolTest, RefusesTruncatedAndLongerPackets) {
  for (const std::string& packet : all_packets()) {
    ASSERT_TRUE(decode_from_launcher(packet).has_value());
    for (std::size_t size = 0; size < packet.size(); ++size) {
      EXPECT_TRUE(decode_from_launcher(packet.substr(0, size)).has_error()) << size;
    }
    EXPECT_TRUE(decode_from_launcher(packet + "x").has_error());
  }
}

TEST(LauncherProtocolTest, RefusesUnknownKinds) {
  for (std::int64_t kind : {std::int64_t(-1), std::int64_t(0), std::int64_t(1), std::int64_t(100),
                            std::int64_t(104), std::numeric_limits<std::int64_t>::min()}) {
    EXPECT_TRUE(decode_from_launcher(number(kind)).has_error()) << kind;
    EXPECT_TRUE(decode_from_launcher(number(kind) + number(0)).has_error()) << kind;
  }
}

TEST(LauncherProtocolTest, ReplaceRoundTripsOrIsRefused) {
  std::string sent = encode(ReplacePacket{17, 3});
  EXPECT_EQ(decode_to_launcher(sent).value().index, 17u);
  EXPECT_EQ(decode_to_launcher(sent).value().offer, 3u);
  EXPECT_TRUE(decode_to_launcher(sent + "x").has_error());
  EXPECT_TRUE(decode_to_launcher(sent.substr(0, sent.size() - 1)).has_error());
  EXPECT_TRUE(decode_to_launcher(encode(SlotPacket{1})).has_error());
  EXPECT_TRUE(decode_from_launcher(sent).has_error());
}

TEST(LauncherProtocolTest, RefusesANegativeSlot) {
  EXPECT_TRUE(decode_from_launcher(number(102) + number(0)).has_value());
  EXPECT_TRUE(decode_from_launcher(number(102) + number(-1)).has_error());
}

TEST(LauncherProtocolTest, RefusesAnUnknownTier) {
  auto with_tier = [](std::int64_t tier) {
    return decode_from_launcher(number(101) + number(tier) + number(0) + number(0));
  };
  EXPECT_TRUE(with_tier(2).has_value());
  EXPECT_TRUE(with_tier(3).has_error());
  EXPECT_TRUE(with_tier(-1).has_error());
}

TEST(LauncherProtocolTest, RefusesAMissingLayerWithoutItsReasons) {
  PacketWriter w;
  w.number(101);
  w.number(2);
  w.texts({});
  w.texts({"landlock", "why"});
  EXPECT_TRUE(decode_from_launcher(w.str()).has_error());
}

}  // namespace
}  // namespace glovebox
