// DeepHealth: checks of the server that cost something: a job runs, the database answers, the disk
// has room. ServiceStatus has what is known without asking.
//
// Threads: the event loop.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/awaitable.h"
#include "base/clock.h"
#include "base/disk_usage.h"

namespace glovebox {

enum class CheckState : std::uint8_t {
  kOk,
  kBusy,  // not checked, because running jobs hold every slot; this is not a fault
  kFailed,
};

struct HealthCheck {
  CheckState state = CheckState::kOk;
  std::chrono::milliseconds took{0};
  std::string message;  // for clients: why it is not kOk, without internals; empty: it is
};

struct DeepReport {
  WallTime checked_at;
  HealthCheck canary;    // a small job in a slot, outside every quota and history
  HealthCheck database;  // a query
  HealthCheck disk;
  std::optional<DiskSpace> space;  // none: not known
  // How long the oldest job that waits has been waiting; none: no job waits.
  std::optional<std::chrono::milliseconds> oldest_queued;

  // The first check that failed, with its name; null: none did.
  struct Failure {
    const char* name = "";
    const HealthCheck* check = nullptr;
  };
  Failure failure() const {
    if (canary.state == CheckState::kFailed) return {"canary", &canary};
    if (database.state == CheckState::kFailed) return {"database", &database};
    if (disk.state == CheckState::kFailed) return {"disk", &disk};
    return {};
  }
};

class DeepHealth {
 public:
  // A report older than this is not given again.
  static constexpr std::chrono::seconds kFresh{10};
  // The longest time that look() takes.
  static constexpr std::chrono::seconds kLongest{10};

  virtual ~DeepHealth() = default;
  // The last report if it is fresh, otherwise a new one. Callers at the same time share one check.
  virtual Awaitable<std::shared_ptr<const DeepReport>> look() = 0;
};

}  // namespace glovebox
