#include "sandbox/slot/slot_protocol.h"

#include <gmock/gmock.h>

#include <limits>

#include "sandbox/slot/packet.h"

namespace glovebox {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

SandboxSpec full_spec() {
  SandboxSpec spec;
  spec.argv = {"cppcheck", "--enable=all", "", "name with\nnewline"};
  spec.environment = {"LANG=C", "EMPTY="};
  spec.project = "prj_abc";
  spec.limits.wall_time = 1234ms;
  spec.limits.cpu_time = 567ms;
  spec.limits.memory = ByteCount(std::uint64_t(1) << 40);
  spec.limits.cpus = 1.25;
  spec.limits.processes = 7;
  spec.limits.disk = ByteCount(99);
  spec.limits.open_files = 33;
  spec.collect_artifacts = false;
  return spec;
}

EndedPacket full_end(Outcome outcome) {
  EndedPacket packet;
  packet.failed_step = "work";
  packet.errno_value = 28;
  packet.outcome = std::move(outcome);
  packet.usage = {11ms, 22ms, ByteCount(std::uint64_t(1) << 33), 5};
  packet.artifacts_truncated = true;
  packet.slot_ends = true;
  return packet;
}

std::vector<Outcome> every_outcome() {
  std::vector<Outcome> outcomes{Exited{0},     Exited{255},          Signaled{11},
                                Violation{""}, Violation{"said so"}, Cancelled{}};
  for (LimitKind kind : {LimitKind::kWallTime, LimitKind::kCpuTime, LimitKind::kMemory,
                         LimitKind::kProcesses, LimitKind::kDisk}) {
    outcomes.push_back(LimitExceeded{kind, 10, 11, std::nullopt, std::nullopt});
    outcomes.push_back(LimitExceeded{kind, 10, 11, 0, std::nullopt});
    outcomes.push_back(LimitExceeded{kind, 10, 11, std::nullopt, 9});
  }
  return outcomes;
}

// Every packet that either side may send.
std::vector<std::string> all_to_slot() {
  return {encode(RunPacket{full_spec()}), encode(RunPacket{}), encode(KillPacket{})};
}
std::vector<std::string> all_from_slot() {
  std::vector<std::string> packets{encode(UsedPacket{{1ms, 2ms, ByteCount(3), 4}}),
                                   encode(ArtifactPacket{"a/b", 1}), encode(EndedPacket{})};
  for (Outcome& outcome : every_outcome()) packets.push_back(encode(full_end(outcome)));
  return packets;
}

std::string numbers(std::initializer_list<std::int64_t> values) {
  PacketWriter w;
  for (std::int64_t value : values) w.number(value);
  return w.str();
}

TEST(SlotProtocolTest, RunRoundTrips) {
  SandboxSpec sent = full_spec();
  ToSlot message = decode_to_slot(encode(RunPacket{sent})).value();
  const SandboxSpec& spec = std::get<RunPacket>(message).spec;
  EXPECT_EQ(spec.argv, sent.argv);
  EXPECT_EQ(spec.environment, sent.environment);
  EXPECT_EQ(spec.project, sent.project);
  EXPECT_EQ(spec.collect_artifacts, sent.collect_artifacts);
  // The server decides what is kept of the output.
  EXPECT_EQ(spec.limits, sent.limits);
}

TEST(SlotProtocolTest, KillRoundTrips) {
  ToSlot message = decode_to_slot(encode(KillPacket{})).value();
  EXPECT_TRUE(std::holds_alternative<KillPacket>(message));
}

TEST(SlotProtocolTest, UsedRoundTrips) {
  UsedPacket sent{{11ms, 22ms, ByteCount(std::uint64_t(1) << 33), 5}};
  FromSlot message = decode_from_slot(encode(sent)).value();
  EXPECT_EQ(std::get<UsedPacket>(message).usage, sent.usage);
}

TEST(SlotProtocolTest, ArtifactRoundTrips) {
  ArtifactPacket sent{"out/report.txt", std::int64_t(1) << 40};
  FromSlot message = decode_from_slot(encode(sent)).value();
  EXPECT_EQ(std::get<ArtifactPacket>(message).path, sent.path);
  EXPECT_EQ(std::get<ArtifactPacket>(message).size_bytes, sent.size_bytes);
}

TEST(SlotProtocolTest, EndedRoundTripsWithEveryOutcome) {
  for (const Outcome& outcome : every_outcome()) {
    EndedPacket sent = full_end(outcome);
    FromSlot message = decode_from_slot(encode(sent)).value();
    const auto& got = std::get<EndedPacket>(message);
    EXPECT_EQ(got.outcome, outcome) << describe(outcome);
    EXPECT_EQ(got.failed_step, sent.failed_step);
    EXPECT_EQ(got.errno_value, sent.errno_value);
    EXPECT_EQ(got.usage, sent.usage);
    EXPECT_EQ(got.artifacts_truncated, sent.artifacts_truncated);
    EXPECT_EQ(got.slot_ends, sent.slot_ends);
  }
}

TEST(SlotProtocolTest, RefusesTruncatedPackets) {
  for (const std::string& packet : all_to_slot()) {
    ASSERT_TRUE(decode_to_slot(packet).has_value());
    for (std::size_t size = 0; size < packet.size(); ++size) {
      EXPECT_TRUE(decode_to_slot(packet.substr(0, size)).has_error()) << size;
    }
  }
  for (const std::string& packet : all_from_slot()) {
    ASSERT_TRUE(decode_from_slot(packet).has_value());
    for (std::size_t size = 0; size < packet.size(); ++size) {
      EXPECT_TRUE(decode_from_slot(packet.substr(0, size)).has_error()) << size;
    }
  }
}

TEST(SlotProtocolTest, RefusesPacketsWithAnExtraByte) {
  for (const std::string& packet : all_to_slot()) {
    EXPECT_TRUE(decode_to_slot(packet + "x").has_error());
  }
  for (const std::string& packet : all_from_slot()) {
    EXPECT_TRUE(decode_from_slot(packet + "x").has_error());
  }
}

TEST(SlotProtocolTest, RefusesPacketsOfTheOtherDirection) {
  for (const std::string& packet : all_to_slot()) EXPECT_TRUE(decode_from_slot(packet).has_error());
  for (const std::string& packet : all_from_slot()) EXPECT_TRUE(decode_to_slot(packet).has_error());
}

TEST(SlotProtocolTest, RefusesUnknownKinds) {
  for (std::int64_t kind : {std::int64_t(-1), std::int64_t(0), std::int64_t(5), std::int64_t(101),
                            std::numeric_limits<std::int64_t>::max()}) {
    EXPECT_TRUE(decode_to_slot(numbers({kind})).has_error()) << kind;
    EXPECT_TRUE(decode_from_slot(numbers({kind})).has_error()) << kind;
  }
}

// Ended: kind 4, no failed step (a text of length 0), errno 0, then the outcome.
TEST(SlotProtocolTest, RefusesUnknownOutcomes) {
  for (std::int64_t outcome : {-1, 0, 6}) {
    Result<FromSlot> got = decode_from_slot(numbers({4, 0, 0, outcome, 0, 0, 0, 0, 0, 0, 0, 0}));
    ASSERT_TRUE(got.has_error()) << outcome;
    EXPECT_THAT(got.error().message(), HasSubstr("outcome"));
  }
  constexpr std::int64_t kLimit = 3;
  auto with_limit = [](std::int64_t which) {
    return decode_from_slot(
        numbers({4, 0, 0, kLimit, which, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
  };
  EXPECT_TRUE(with_limit(4).has_value());
  EXPECT_TRUE(with_limit(5).has_error());
  EXPECT_TRUE(with_limit(-1).has_error());
}

// The bounds of a spec and of a packet are separate constants; a spec must fit into a packet.
TEST(SlotProtocolTest, CarriesTheLargestSpecThatIsValid) {
  SandboxSpec spec = full_spec();
  spec.project.assign(255, 'p');
  spec.argv.assign(kMaxArguments, "");
  spec.environment.clear();
  spec.argv.front().assign(kMaxArgumentBytes - kMaxArguments, 'x');
  Result<ValidSpec> valid = ValidSpec::validate(spec);
  ASSERT_TRUE(valid.has_value()) << valid.error().message();
  std::string packet = encode(RunPacket{valid->get()});
  EXPECT_LE(packet.size(), kMaxPacketBytes);
  EXPECT_TRUE(decode_to_slot(packet).has_value());
}

}  // namespace
}  // namespace glovebox
