#include "latencies.h"

#include <algorithm>

namespace glovebox {

double Latencies::quantile_us(double part) const {
  if (all_.empty()) return 0;
  std::vector<std::chrono::nanoseconds> sorted = all_;
  auto index = static_cast<std::size_t>(part * static_cast<double>(sorted.size() - 1));
  std::ranges::nth_element(sorted, sorted.begin() + static_cast<std::ptrdiff_t>(index));
  return std::chrono::duration<double, std::micro>(sorted[index]).count();
}

}  // namespace glovebox
