// ServiceStatus: whether the service takes jobs, and how it isolates them. Threads: the event loop.
#pragma once

#include "base/health_board.h"
#include "model/isolation.h"

namespace glovebox {

class ServiceStatus {
 public:
  virtual ~ServiceStatus() = default;
  virtual const IsolationReport& isolation() const = 0;
  // No job is accepted while this is true, or while health() has a refusal.
  virtual bool draining() const = 0;
  virtual const HealthBoard& health() const = 0;
};

}  // namespace glovebox
