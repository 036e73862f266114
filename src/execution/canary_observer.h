// CanaryObserver: how the jobs ended that the server runs to test its own sandbox, for those who
// only watch. Threads: the event loop. Must return soon and must not throw.
#pragma once

#include <chrono>
#include <cstdint>

namespace glovebox {

enum class CanaryResult : std::uint8_t { kPassed, kFailed };

class CanaryObserver {
 public:
  virtual ~CanaryObserver() = default;

  // A canary that found no free slot, because jobs hold them all, is not reported. `took`: from its
  // slot to its end, or to the end of the patience with it.
  virtual void canary_ended(CanaryResult result, std::chrono::milliseconds took) = 0;
};

}  // namespace glovebox
