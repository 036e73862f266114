// The clock is an interface, so that tests can set the time.
#pragma once

#include <chrono>
#include <string>

namespace glovebox {

using SteadyTime = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;

class Clock {
 public:
  virtual ~Clock() = default;
  // For intervals and deadlines: never jumps.
  virtual SteadyTime steady_now() const = 0;
  // For records shown to people.
  virtual WallTime wall_now() const = 0;
};

class SystemClock final : public Clock {
 public:
  SteadyTime steady_now() const override { return std::chrono::steady_clock::now(); }
  WallTime wall_now() const override {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
};

// RFC 3339 in UTC with milliseconds: "2026-01-31T09:30:00.125Z".
std::string format_rfc3339(WallTime time);

}  // namespace glovebox
