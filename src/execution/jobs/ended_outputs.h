// EndedOutputs: jobs that have ended and whose output somebody reads, decoded once for all readers.
//
// A slow reader keeps its job's output in memory for as long as it reads, so that their sum has a
// bound, and each client's part of it too. Threads: the event loop.
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "base/units.h"
#include "execution/jobs/live_job.h"

namespace glovebox {

class EndedOutputs {
 public:
  struct Limits {
    // Of all jobs that are read at one time, and of those of one client. A single larger one is let
    // in where nothing else is held, or nobody could ever read it.
    ByteCount in_all{64ULL << 20};
    ByteCount per_client{32ULL << 20};
  };

  explicit EndedOutputs(const Limits& limits);

  // Null where nobody reads it.
  LiveJobPtr find(const JobId& id) const;
  // Shares `job` with all who find() it, until the last lets go. One that is there already is given
  // in its place. kRateLimit, kQueueFull where there is no room.
  Result<LiveJobPtr> add(LiveJobPtr job);
  ByteCount held() const;

 private:
  struct State;
  std::shared_ptr<State> state_;  // readers may outlive this
};

}  // namespace glovebox
