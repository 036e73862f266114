// HealthBoard: what is wrong with this server at the moment, reported by the parts that notice it.
// `/api/health` lists the reasons, `/api/ready` follows unready(), the admission of jobs refusal().
//
// A part reports a reason when a fault begins and clears it when the fault is over. Both are
// idempotent: the log gets one line at each change, not one at each call. Threads: any.
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
  kDegraded,     // jobs are still taken, but something does not work as it should
  kHoldsJobs,    // jobs are still taken, but none can run now: they wait
  kTakesNoJobs,  // a job that is accepted now might be lost, or might never run
};

struct HealthReason {
  std::string code;     // for programs: lower case and underscores, such as "disk_full"
  std::string message;  // for operators and clients: what happened and what to do; no paths
  HealthEffect effect = HealthEffect::kDegraded;
};

class HealthBoard {
 public:
  // Codes are few and fixed. A reason beyond this number is logged and not kept.
  static constexpr std::size_t kMostReasons = 32;
  // What a client is told to wait before it asks again.
  static constexpr std::chrono::seconds kRetryAfter{5};

  // Adds the reason, or replaces the one of the same code.
  void report(HealthReason reason);
  // The fault is over. Does nothing where it was not reported.
  void clear(std::string_view code);

  // In the order in which the faults began.
  std::vector<HealthReason> reasons() const;
  // Why no job is to be accepted now: kQueueFull with retry_after. Empty: jobs are accepted.
  std::optional<Error> refusal() const;
  // Why a load balancer is to send its jobs elsewhere: refusal(), or jobs that come now only wait.
  std::optional<Error> unready() const;

 private:
  std::optional<Error> first_with(HealthEffect effect) const;

  mutable std::mutex mutex_;
  std::vector<HealthReason> reasons_;  // with mutex_
};

}  // namespace glovebox
