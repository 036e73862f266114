// The packets between a launcher and its server. The launcher stops when the server's socket
// closes.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "base/result.h"
#include "model/isolation.h"

namespace glovebox {

// Sent first, once.
struct ReportPacket {
  IsolationReport report;
};
// A slot is ready; the packet carries the descriptor of its socket. Sent again for each
// replacement.
struct SlotPacket {
  std::size_t index = 0;
};
// A slot's supervisor has died, and with it every process of its job, if it had one. Sent before
// the SlotPacket of its replacement.
struct SlotDiedPacket {
  std::size_t index = 0;
  // The kernel killed a process in its leaf because the job had reached its memory limit: that is
  // how the job ended.
  bool out_of_memory = false;
};
// No slot can be created; the launcher ends. If every slot was ready once, the keeper restarts it.
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
  // Identifies the slot: the number of its SlotPacket among those of that index, counted from 1
  // since the last Report.
  std::uint64_t offer = 0;
};

std::string encode(const ReplacePacket& packet);
Result<ReplacePacket> decode_to_launcher(std::string_view bytes);

}  // namespace glovebox
