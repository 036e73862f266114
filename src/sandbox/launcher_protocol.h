// What a launcher says to its server; the server says nothing, its end is the word to stop.
#pragma once

#include <string>
#include <variant>

#include "base/result.h"
#include "model/isolation.h"

namespace glovebox {

// First, once.
struct ReportPacket {
  IsolationReport report;
};
// A slot stands ready; the packet carries the descriptor to talk to it. Again for each replacement.
struct SlotPacket {
  std::size_t index = 0;
};
// No slot can be made; the launcher ends.
struct FailedPacket {
  std::string message;  // "STEP: what happened"
  int errno_value = 0;
};

using FromLauncher = std::variant<ReportPacket, SlotPacket, FailedPacket>;

std::string encode(const ReportPacket& packet);
std::string encode(const SlotPacket& packet);
std::string encode(const FailedPacket& packet);
Result<FromLauncher> decode_from_launcher(std::string_view bytes);

}  // namespace glovebox
