// WaitEstimate: how long a place in the queue takes, from the last 100 durations of each tool.
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
  // Of a job when nothing was ever measured.
  static constexpr Milliseconds kUnknown{1000};

  // A job of this tool waits, waits no longer, or took so long.
  void queued(const ToolId& tool);
  void dequeued(const ToolId& tool);
  void finished(const ToolId& tool, Milliseconds duration);

  // The mean of the tool's own, else of all tools', else kUnknown.
  Milliseconds expected(const ToolId& tool) const;
  // Until the job at `position` (1 is next; 0 runs) starts, where `concurrency` run at a time and
  // every slot is taken. Assumes that those ahead are a fair sample of all that wait.
  Milliseconds wait(std::size_t position, std::size_t concurrency) const;

 private:
  struct History {
    std::array<Milliseconds, kSamples> durations{};
    std::size_t count = 0;  // ever
    Milliseconds sum{0};    // of those kept
    std::size_t waiting = 0;
    std::size_t kept() const { return count < kSamples ? count : kSamples; }
  };
  Milliseconds mean_of_all() const;

  std::unordered_map<ToolId, History> tools_;  // as many as there are tools
};

}  // namespace glovebox
