// ServiceStatus: whether the service accepts jobs, how it isolates them, and its load. Threads: the
// event loop.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "base/health_board.h"
#include "base/units.h"
#include "model/isolation.h"

namespace glovebox {

struct ServiceLoad {
  std::size_t queued = 0;  // jobs that wait for a slot
  std::size_t queue_capacity = 0;
  // Since the acceptance of the oldest job that waits; nothing if none waits.
  std::optional<std::chrono::milliseconds> oldest_wait;
  ByteCount storage_used;   // of the data directory, with room that is reserved
  ByteCount storage_quota;  // 0: none
};

class ServiceStatus {
 public:
  virtual ~ServiceStatus() = default;
  virtual const IsolationReport& isolation() const = 0;
  // No job is accepted while this is true, or while health() has a refusal.
  virtual bool draining() const = 0;
  virtual const HealthBoard& health() const = 0;
  // Looks at every job that has not ended: for scrapes and checks, not for each request.
  virtual ServiceLoad load() const { return {}; }
};

}  // namespace glovebox
