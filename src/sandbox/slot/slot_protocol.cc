#include "sandbox/slot/slot_protocol.h"

#include "sandbox/slot/packet.h"

namespace glovebox {
namespace {

enum SlotPacket : std::int64_t { kRun = 1, kKill, kArtifact, kEnded, kUsed, kTook };
enum OutcomeKind : std::int64_t { kExited = 1, kSignaled, kLimit, kViolation, kCancelled };

void put(PacketWriter& w, const Limits& limits) {
  w.number(limits.wall_time.count());
  w.number(limits.cpu_time.count());
  w.number(limits.grace.count());
  w.number(static_cast<std::int64_t>(limits.memory.bytes()));
  w.real(limits.cpus);
  w.number(limits.processes);
  w.number(static_cast<std::int64_t>(limits.disk.bytes()));
  w.number(limits.open_files);
}

Limits get_limits(PacketReader& r) {
  Limits limits;
  limits.wall_time = std::chrono::milliseconds(r.number());
  limits.cpu_time = std::chrono::milliseconds(r.number());
  limits.grace = std::chrono::milliseconds(r.number());
  limits.memory = ByteCount(static_cast<std::uint64_t>(r.number()));
  limits.cpus = r.real();
  limits.processes = static_cast<int>(r.number());
  limits.disk = ByteCount(static_cast<std::uint64_t>(r.number()));
  limits.open_files = static_cast<int>(r.number());
  return limits;
}

void put(PacketWriter& w, const std::optional<int>& value) {
  w.number(value.has_value());
  w.number(value.value_or(0));
}

void put(PacketWriter& w, const Usage& usage) {
  w.number(usage.user.count());
  w.number(usage.system.count());
  w.number(static_cast<std::int64_t>(usage.peak_memory.bytes()));
  w.number(usage.peak_processes);
}

Usage get_usage(PacketReader& r) {
  Usage usage;
  usage.user = std::chrono::milliseconds(r.number());
  usage.system = std::chrono::milliseconds(r.number());
  usage.peak_memory = ByteCount(static_cast<std::uint64_t>(r.number()));
  usage.peak_processes = static_cast<int>(r.number());
  return usage;
}

std::optional<int> get_optional(PacketReader& r) {
  bool there = r.number() != 0;
  int value = static_cast<int>(r.number());
  return there ? std::optional(value) : std::nullopt;
}

struct PutOutcome {
  PacketWriter& w;
  void operator()(const Exited& e) const { w.number(kExited), w.number(e.code); }
  void operator()(const Signaled& s) const { w.number(kSignaled), w.number(s.signal); }
  void operator()(const LimitExceeded& l) const {
    w.number(kLimit);
    w.number(static_cast<std::int64_t>(l.which));
    w.number(l.configured);
    w.number(l.observed);
    put(w, l.exit_code);
    put(w, l.signal);
  }
  void operator()(const Violation& v) const { w.number(kViolation), w.text(v.what); }
  void operator()(const Cancelled&) const { w.number(kCancelled); }
};

Result<Outcome> get_outcome(PacketReader& r) {
  switch (r.number()) {
    case kExited:
      return Outcome(Exited{static_cast<int>(r.number())});
    case kSignaled:
      return Outcome(Signaled{static_cast<int>(r.number())});
    case kViolation:
      return Outcome(Violation{r.text()});
    case kCancelled:
      return Outcome(Cancelled{});
    case kLimit: {
      LimitExceeded limit;
      std::int64_t which = r.number();
      if (which < 0 || which > static_cast<std::int64_t>(LimitKind::kDisk)) break;
      limit.which = static_cast<LimitKind>(which);
      limit.configured = r.number();
      limit.observed = r.number();
      limit.exit_code = get_optional(r);
      limit.signal = get_optional(r);
      return Outcome(limit);
    }
  }
  return internal_error("a slot sent an unknown outcome");
}

Result<FromSlot> get_ended(PacketReader& r) {
  EndedPacket packet;
  packet.failed_step = r.text();
  packet.errno_value = static_cast<int>(r.number());
  GB_TRY(packet.outcome, get_outcome(r));
  packet.usage = get_usage(r);
  packet.artifacts_truncated = r.number() != 0;
  packet.slot_ends = r.number() != 0;
  packet.exec_ns = r.number();
  return FromSlot(std::move(packet));
}

Error malformed_slot_packet() {
  return internal_error("a packet between server and slot is malformed");
}

}  // namespace

std::string encode(const RunPacket& packet) {
  PacketWriter w;
  w.number(kRun);
  w.texts(packet.spec.argv);
  w.texts(packet.spec.environment);
  w.text(packet.spec.project);
  w.text(packet.spec.root);
  put(w, packet.spec.limits);
  w.number(packet.spec.collect_artifacts);
  w.number(packet.spec.allow_ipc);
  return w.str();
}

std::string encode(const KillPacket&) {
  PacketWriter w;
  w.number(kKill);
  return w.str();
}

std::string encode(const TookPacket& packet) {
  PacketWriter w;
  w.number(kTook);
  w.number(static_cast<std::int64_t>(packet.count));
  return w.str();
}

std::string encode(const ArtifactPacket& packet) {
  PacketWriter w;
  w.number(kArtifact);
  w.text(packet.path);
  w.number(packet.size_bytes);
  w.number(packet.further_name);
  return w.str();
}

std::string encode(const UsedPacket& packet) {
  PacketWriter w;
  w.number(kUsed);
  put(w, packet.usage);
  return w.str();
}

std::string encode(const EndedPacket& packet) {
  PacketWriter w;
  w.number(kEnded);
  w.text(packet.failed_step);
  w.number(packet.errno_value);
  std::visit(PutOutcome{w}, packet.outcome);
  put(w, packet.usage);
  w.number(packet.artifacts_truncated);
  w.number(packet.slot_ends);
  w.number(packet.exec_ns);
  return w.str();
}

Result<ToSlot> decode_to_slot(std::string_view bytes) {
  PacketReader r(bytes);
  std::int64_t kind = r.number();
  if (kind == kKill && r.complete()) return ToSlot(KillPacket{});
  if (kind == kTook) {
    std::int64_t count = r.number();
    if (!r.complete() || count < 0) return malformed_slot_packet();
    return ToSlot(TookPacket{static_cast<std::size_t>(count)});
  }
  if (kind != kRun) return malformed_slot_packet();
  RunPacket packet;
  packet.spec.argv = r.texts();
  packet.spec.environment = r.texts();
  packet.spec.project = r.text();
  packet.spec.root = r.text();
  packet.spec.limits = get_limits(r);
  packet.spec.collect_artifacts = r.number() != 0;
  packet.spec.allow_ipc = r.number() != 0;
  if (!r.complete()) return malformed_slot_packet();
  return ToSlot(std::move(packet));
}

Result<FromSlot> decode_from_slot(std::string_view bytes) {
  PacketReader r(bytes);
  std::int64_t kind = r.number();
  if (kind == kArtifact) {
    ArtifactPacket packet;
    packet.path = r.text();
    packet.size_bytes = r.number();
    packet.further_name = r.number() != 0;
    if (!r.complete()) return malformed_slot_packet();
    return FromSlot(std::move(packet));
  }
  if (kind == kUsed) {
    UsedPacket packet{get_usage(r)};
    if (!r.complete()) return malformed_slot_packet();
    return FromSlot(packet);
  }
  if (kind != kEnded) return malformed_slot_packet();
  GB_TRY(FromSlot ended, get_ended(r));
  if (!r.complete()) return malformed_slot_packet();
  return ended;
}

}  // namespace glovebox
