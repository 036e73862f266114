// HealthBoard: the current faults of this server, reported by the parts that detect them.
// `/api/health` lists the reasons, `/api/ready` uses unready(), the admission of jobs uses
// refusal().
//
// A part reports a reason when a fault begins and clears it when the fault is over. Both are
// idempotent: the log gets one line per change, not per call. Threads: any.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace glovebox {

enum class HealthEffect : std::uint8_t {
  kDegraded,     // jobs are accepted, but something does not work
  kHoldsJobs,    // jobs are accepted, but cannot run now: they wait
  kTakesNoJobs,  // an accepted job might be lost, or might never run
};

struct HealthReason {
  std::string code;     // for programs: lower case and underscores, such as "disk_full"
  std::string message;  // for operators and clients: what happened and what to do; no paths
  HealthEffect effect = HealthEffect::kDegraded;
};

class HealthBoard {
 public:
  // There are few, fixed codes. A reason beyond this number is logged but not stored.
  static constexpr std::size_t kMostReasons = 32;
  // The Retry-After of refused requests.
  static constexpr std::chrono::seconds kRetryAfter{5};

  // Adds the reason, or replaces the one with the same code.
  void report(HealthReason reason);
  // The fault is over. No effect if it was not reported.
  void clear(std::string_view code);

  // In the order in which the faults began.
  std::vector<HealthReason> reasons() const;
  // Why no job may be accepted now: kQueueFull with retry_after. Empty: jobs are accepted.
  std::optional<Error> refusal() const;
  // Why a load balancer should send jobs elsewhere: refusal(), or new jobs would only wait.
  std::optional<Error> unready() const;

 private:
  std::optional<Error> first_with(HealthEffect effect) const;

  mutable std::mutex mutex_;
  std::vector<HealthReason> reasons_;  // with mutex_
};

}  // namespace glovebox
