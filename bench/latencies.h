// Durations of single launches, to see what an average hides.
#pragma once

#include <chrono>
#include <vector>

namespace glovebox {

class Latencies {
 public:
  void add(std::chrono::nanoseconds latency) { all_.push_back(latency); }
  // The time within which `part` of all launches ended, such as 0.5 or 0.99; in microseconds. 0 for
  // none.
  double quantile_us(double part) const;

 private:
  std::vector<std::chrono::nanoseconds> all_;
};

}  // namespace glovebox
