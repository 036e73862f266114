// EndedOutputs: the outputs of ended jobs that are being read, decoded once for all readers.
//
// A slow reader keeps its job's output in memory while it reads, so the total is bounded, and the
// part of each client too. Threads: the event loop.
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
    // For all jobs that are read at a time, and for those of one client. A single larger output is
    // allowed if nothing else is held; otherwise nobody could ever read it.
    ByteCount in_all{64ULL << 20};
    ByteCount per_client{32ULL << 20};
  };

  explicit EndedOutputs(const Limits& limits);

  // Null if nobody reads it.
  LiveJobPtr find(const JobId& id) const;
  // Shares `job` with all who find() it, until the last one releases it. If it is there already,
  // returns the existing one. kRateLimit or kQueueFull if there is no room.
  Result<LiveJobPtr> add(LiveJobPtr job);
  ByteCount held() const;

 private:
  struct State;
  std::shared_ptr<State> state_;  // readers may outlive this
};

}  // namespace glovebox
