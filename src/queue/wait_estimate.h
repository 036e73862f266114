// WaitEstimate: the waiting time for a position in the queue, from the last 100 durations of each
// tool.
//
// Pure. Threads: one at a time.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <unordered_map>

#include "model/ids.h"

namespace glovebox {

class WaitEstimate {
 public:
  using Milliseconds = std::chrono::milliseconds;
  static constexpr std::size_t kSamples = 100;
  // The duration of a job before any was measured.
  static constexpr Milliseconds kUnknown{1000};

  // A job of this tool starts to wait, stops waiting, or has taken this long.
  void queued(const ToolId& tool);
  void dequeued(const ToolId& tool);
  void finished(const ToolId& tool, Milliseconds duration);

  // The tool's mean, else the mean of all tools, else kUnknown.
  Milliseconds expected(const ToolId& tool) const;
  // The time until the job at `position` (1 is next; 0 runs) starts, if `concurrency` jobs run at
  // once and every slot is busy. Assumes that the jobs ahead are a fair sample of all waiting jobs.
  Milliseconds wait(std::size_t position, std::size_t concurrency) const;

 private:
  struct History {
    std::array<Milliseconds, kSamples> durations{};
    std::size_t count = 0;  // ever
    Milliseconds sum{0};    // the sum of the stored ones
    std::size_t waiting = 0;
    std::size_t kept() const { return count < kSamples ? count : kSamples; }
  };
  Milliseconds mean_of_all() const;

  std::unordered_map<ToolId, History> tools_;  // one per tool
};

}  // namespace glovebox
