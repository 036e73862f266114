// RefusalMetrics: counts refusals, by a reason from a fixed list.
//
// Counts refusals because of a limit, a quota, a key or a foreign host, and failures of Glovebox.
// Invalid requests (a bad field, no such job) are not counted. Threads: any.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/registry.h>

#include <map>
#include <string_view>

#include "base/error.h"

namespace glovebox {

class RefusalMetrics {
 public:
  // Every reason has its series from the start. `registry` must outlive it.
  explicit RefusalMetrics(prometheus::Registry& registry);
  void refused(const Error& error);

 private:
  std::map<std::string_view, prometheus::Counter*> by_reason_;
};

// The reason as a label; empty for an error that is not counted.
std::string_view refusal_reason(const Error& error);

}  // namespace glovebox
