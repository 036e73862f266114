// A clock that advances only when a test advances it.
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
  // Simulates an operator, or NTP, setting the system clock.
  void set_wall_clock(std::chrono::milliseconds by) { wall_ += by; }

 private:
  SteadyTime steady_{std::chrono::hours(1)};
  WallTime wall_{std::chrono::sys_days(std::chrono::year(2026) / 1 / 31)};
};

}  // namespace glovebox
