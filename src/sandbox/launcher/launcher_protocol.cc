#include "sandbox/launcher/launcher_protocol.h"

#include "sandbox/slot/packet.h"

namespace glovebox {
namespace {

enum LauncherPacket : std::int64_t { kReport = 101, kSlot, kFailed, kReplace, kDied };

Error malformed_packet() {
  return internal_error("a packet of the launcher is malformed");
}

Result<FromLauncher> get_report(PacketReader& r) {
  ReportPacket packet;
  std::int64_t tier = r.number();
  packet.report.tier = static_cast<Tier>(tier);
  packet.report.layers = r.texts();
  std::vector<std::string> missing = r.texts();
  for (std::size_t i = 0; i + 2 < missing.size(); i += 3) {
    packet.report.missing.push_back({missing[i], missing[i + 1], missing[i + 2]});
  }
  bool known = tier >= 0 && tier <= static_cast<std::int64_t>(Tier::kNamespaces);
  if (!r.complete() || !known || missing.size() % 3 != 0) return malformed_packet();
  return FromLauncher(std::move(packet));
}

}  // namespace

std::string encode(const ReportPacket& packet) {
  PacketWriter w;
  w.number(kReport);
  w.number(static_cast<std::int64_t>(packet.report.tier));
  w.texts(packet.report.layers);
  std::vector<std::string> missing;
  for (const MissingLayer& layer : packet.report.missing) {
    missing.insert(missing.end(), {layer.layer, layer.why, layer.remedy});
  }
  w.texts(missing);
  return w.str();
}

std::string encode(const SlotPacket& packet) {
  PacketWriter w;
  w.number(kSlot);
  w.number(static_cast<std::int64_t>(packet.index));
  return w.str();
}

std::string encode(const SlotDiedPacket& packet) {
  PacketWriter w;
  w.number(kDied);
  w.number(static_cast<std::int64_t>(packet.index));
  w.number(packet.out_of_memory);
  return w.str();
}

std::string encode(const FailedPacket& packet) {
  PacketWriter w;
  w.number(kFailed);
  w.text(packet.message);
  w.number(packet.errno_value);
  return w.str();
}

std::string encode(const ReplacePacket& packet) {
  PacketWriter w;
  w.number(kReplace);
  w.number(static_cast<std::int64_t>(packet.index));
  w.number(static_cast<std::int64_t>(packet.offer));
  return w.str();
}

Result<ReplacePacket> decode_to_launcher(std::string_view bytes) {
  PacketReader r(bytes);
  std::int64_t kind = r.number(), index = r.number(), offer = r.number();
  if (!r.complete() || kind != kReplace || index < 0 || offer < 0) return malformed_packet();
  return ReplacePacket{static_cast<std::size_t>(index), static_cast<std::uint64_t>(offer)};
}

Result<FromLauncher> decode_from_launcher(std::string_view bytes) {
  PacketReader r(bytes);
  switch (r.number()) {
    case kReport:
      return get_report(r);
    case kSlot: {
      std::int64_t index = r.number();
      if (!r.complete() || index < 0) return malformed_packet();
      return FromLauncher(SlotPacket{static_cast<std::size_t>(index)});
    }
    case kDied: {
      std::int64_t index = r.number();
      bool out_of_memory = r.number() != 0;
      if (!r.complete() || index < 0) return malformed_packet();
      return FromLauncher(SlotDiedPacket{static_cast<std::size_t>(index), out_of_memory});
    }
    case kFailed: {
      FailedPacket packet;
      packet.message = r.text();
      packet.errno_value = static_cast<int>(r.number());
      if (!r.complete()) return malformed_packet();
      return FromLauncher(std::move(packet));
    }
  }
  return malformed_packet();
}

}  // namespace glovebox
