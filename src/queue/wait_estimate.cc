#include "queue/wait_estimate.h"

namespace glovebox {

void WaitEstimate::queued(const ToolId& tool) {
  ++tools_[tool].waiting;
}

void WaitEstimate::dequeued(const ToolId& tool) {
  History& history = tools_[tool];
  if (history.waiting > 0) --history.waiting;
}

void WaitEstimate::finished(const ToolId& tool, Milliseconds duration) {
  History& history = tools_[tool];
  Milliseconds& oldest = history.durations[history.count++ % kSamples];
  history.sum += duration - oldest;
  oldest = duration;
}

WaitEstimate::Milliseconds WaitEstimate::mean_of_all() const {
  Milliseconds sum{0};
  std::size_t count = 0;
  for (const auto& [tool, history] : tools_) {
    sum += history.sum;
    count += history.kept();
  }
  return count == 0 ? kUnknown : sum / static_cast<std::int64_t>(count);
}

WaitEstimate::Milliseconds WaitEstimate::expected(const ToolId& tool) const {
  auto found = tools_.find(tool);
  if (found == tools_.end() || found->second.count == 0) return mean_of_all();
  return found->second.sum / static_cast<std::int64_t>(found->second.kept());
}

WaitEstimate::Milliseconds WaitEstimate::wait(std::size_t position, std::size_t concurrency) const {
  if (position == 0 || concurrency == 0) return Milliseconds(0);
  Milliseconds of_all = mean_of_all();
  Milliseconds sum{0};
  std::int64_t waiting = 0;
  for (const auto& [tool, history] : tools_) {
    auto jobs = static_cast<std::int64_t>(history.waiting);
    auto kept = static_cast<std::int64_t>(history.kept());
    sum += jobs * (kept == 0 ? of_all : history.sum / kept);
    waiting += jobs;
  }
  Milliseconds one = waiting == 0 ? of_all : sum / waiting;
  return one * static_cast<std::int64_t>(position) / static_cast<std::int64_t>(concurrency);
}

}  // namespace glovebox
