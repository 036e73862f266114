// Resource limits of a job (getrlimit(2)). Only ever lowered: raising a hard limit wants
// CAP_SYS_RESOURCE of the host. Async-signal-safe.
#pragma once

#include <sys/resource.h>

namespace glovebox {

struct RlimitValue {
  int resource = 0;
  rlim_t value = 0;
};

// One byte keeps a core file away, and a handler of the host's too, which 0 does not (core(5)).
inline constexpr rlim_t kNoCoreFiles = 1;

// False with errno set.
inline bool lower_rlimit(RlimitValue wanted) {
  auto resource = static_cast<__rlimit_resource>(wanted.resource);
  rlimit limit;
  if (::getrlimit(resource, &limit) != 0) return false;
  if (wanted.value < limit.rlim_max) limit.rlim_max = wanted.value;
  limit.rlim_cur = limit.rlim_max;
  return ::setrlimit(resource, &limit) == 0;
}

}  // namespace glovebox
