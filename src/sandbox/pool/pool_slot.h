// One slot as its pool sees it.
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "sandbox/pool/slot_run.h"
#include "sandbox/sandbox.h"

namespace glovebox {

struct PoolSlot {
  // None while the launcher creates a replacement.
  std::optional<boost::asio::posix::stream_descriptor> socket;
  std::shared_ptr<SlotRun> run;
  // Identifies the socket: a replaced socket may still have a pending completion.
  std::uint64_t generation = 0;
  std::uint64_t offer = 0;  // see ReplacePacket
  int silent_looks = 0;     // consecutive checks, with a run, without a packet
};

inline SlotStates states_of(std::span<const PoolSlot> slots) {
  SlotStates states;
  for (const PoolSlot& slot : slots) {
    ++(!slot.socket ? states.replaced : slot.run ? states.busy : states.idle);
  }
  return states;
}

}  // namespace glovebox
