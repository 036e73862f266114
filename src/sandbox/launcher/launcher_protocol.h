// The packets between a launcher and its server. The launcher stops when the server's socket ends.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "base/result.h"
#include "model/isolation.h"

namespace glovebox {

// First, once.
struct ReportPacket {
  IsolationReport report;
};
// A slot is ready; the packet carries the descriptor to talk to it. Again for each replacement.
struct SlotPacket {
  std::size_t index = 0;
};
// A slot's supervisor has died, and with it every process of its job, if it had one. Comes before
// the SlotPacket of its replacement.
struct SlotDiedPacket {
  std::size_t index = 0;
  // The kernel killed in its leaf because the job had reached its memory limit: that is how the job
  // ended.
  bool out_of_memory = false;
};
// No slot can be made; the launcher ends. If every slot was ready once, it is started again.
struct FailedPacket {
  std::string message;  // "STEP: what happened"
  int errno_value = 0;
};

using FromLauncher = std::variant<ReportPacket, SlotPacket, SlotDiedPacket, FailedPacket>;

std::string encode(const ReportPacket& packet);
std::string encode(const SlotPacket& packet);
std::string encode(const SlotDiedPacket& packet);
std::string encode(const FailedPacket& packet);
Result<FromLauncher> decode_from_launcher(std::string_view bytes);

// From the server: kill and replace this slot, unless that has happened already.
struct ReplacePacket {
  std::size_t index = 0;
  // Which SlotPacket of that index it came with, counted from 1 since the last Report.
  std::uint64_t offer = 0;
};

std::string encode(const ReplacePacket& packet);
Result<ReplacePacket> decode_to_launcher(std::string_view bytes);

}  // namespace glovebox
