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
  // None while the launcher makes another.
  std::optional<boost::asio::posix::stream_descriptor> socket;
  std::shared_ptr<SlotRun> run;
  // Identifies the socket: one that was replaced may still have a completion under way.
  std::uint64_t generation = 0;
  std::uint64_t offer = 0;  // see ReplacePacket
  int silent_looks = 0;     // with a run, since it last said something
};

inline SlotStates states_of(std::span<const PoolSlot> slots) {
  SlotStates states;
  for (const PoolSlot& slot : slots) {
    ++(!slot.socket ? states.replaced : slot.run ? states.busy : states.idle);
  }
  return states;
}

}  // namespace glovebox
