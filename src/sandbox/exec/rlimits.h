// Resource limits of a job (getrlimit(2)). Limits are only lowered: raising a hard limit needs
// CAP_SYS_RESOURCE on the host.
#pragma once

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <vector>

namespace glovebox {

struct RlimitValue {
  int resource = 0;
  rlim_t value = 0;
};

// A limit of one byte prevents core files and also a piped handler of the host; a limit of 0 does
// not prevent the latter (core(5)).
inline constexpr rlim_t kNoCoreFiles = 1;
// Limits on locked memory, POSIX message queues and queued signals.
inline constexpr rlim_t kMostLockedBytes = 8 << 20;
inline constexpr rlim_t kMostQueuedBytes = 819'200;
inline constexpr rlim_t kMostPendingSignals = 1024;

// Returns false with errno set.
inline bool lower_rlimit(RlimitValue wanted) {
  auto resource = static_cast<__rlimit_resource>(wanted.resource);
  rlimit limit;
  if (::getrlimit(resource, &limit) != 0) return false;
  limit.rlim_cur = limit.rlim_max = std::min(wanted.value, limit.rlim_max);
  return ::setrlimit(resource, &limit) == 0;
}

// The limits that a child of this process has to set, given this process's limits when this object
// was created.
class RlimitsNow {
 public:
  RlimitsNow() {
    for (int resource = 0; resource < RLIM_NLIMITS; ++resource) {
      ::getrlimit(static_cast<__rlimit_resource>(resource), &now_[resource]);
    }
  }
  std::vector<RlimitValue> to_set(const std::vector<RlimitValue>& wanted) const {
    std::vector<RlimitValue> set;
    for (RlimitValue limit : wanted) {
      const rlimit& now = now_[limit.resource];
      limit.value = std::min(limit.value, now.rlim_max);
      bool is_set = limit.value == now.rlim_max && limit.value == now.rlim_cur;
      if (!is_set) set.push_back(limit);
    }
    return set;
  }

 private:
  std::array<rlimit, RLIM_NLIMITS> now_{};
};

}  // namespace glovebox
