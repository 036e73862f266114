// A clock that stands still until a test moves it.
#pragma once

#include <chrono>

#include "base/clock.h"

namespace glovebox {

class ManualClock final : public Clock {
 public:
  SteadyTime steady_now() const override { return steady_; }
  WallTime wall_now() const override { return wall_; }
  void advance(std::chrono::milliseconds by) {
    steady_ += by;
    wall_ += by;
  }
  // As when an operator, or NTP, sets the machine's clock.
  void set_wall_clock(std::chrono::milliseconds by) { wall_ += by; }

 private:
  SteadyTime steady_{std::chrono::hours(1)};
  WallTime wall_{std::chrono::sys_days(std::chrono::year(2026) / 1 / 31)};
};

}  // namespace glovebox
