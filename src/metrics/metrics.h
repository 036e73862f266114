// Metrics: everything that GET /metrics returns, in Prometheus' text format.
//
// Events are counted by observers when they happen; states are read at each scrape. All state is
// here and in its parts; nothing is global. docs/monitoring.md lists the metrics.
//
// Threads: the event loop, except for committed(), which any thread may call.
#pragma once

#include <prometheus/registry.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "execution/canary_observer.h"
#include "execution/project_observer.h"
#include "metrics/job_metrics.h"
#include "metrics/refusal_metrics.h"
#include "metrics/state_metrics.h"

namespace glovebox {

class Metrics final : private ProjectObserver, private CanaryObserver {
 public:
  // `tools`: those that have their own series.
  explicit Metrics(const std::vector<ToolId>& tools);
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // For the service; they live as long as this.
  JobObserver& jobs() { return jobs_; }
  ProjectObserver& projects() { return *this; }
  CanaryObserver& canary() { return *this; }
  // A transaction of the database was committed to its file, or synced to the disk.
  void committed(std::chrono::nanoseconds time);
  // A client got this Error.
  void refused(const Error& error) { refusals_.refused(error); }

  // Call before the first text().
  void read_from(MetricSources sources) { sources_.emplace(std::move(sources)); }
  std::string text();

 private:
  void project_added(const Result<Project>& project) override;
  void canary_ended(CanaryResult result, std::chrono::milliseconds took) override;

  prometheus::Registry registry_;
  JobMetrics jobs_;
  RefusalMetrics refusals_;
  StateMetrics state_;
  prometheus::Counter& uploads_stored_;
  prometheus::Counter& uploads_refused_;
  prometheus::Counter& uploads_failed_;
  prometheus::Counter& upload_bytes_;
  prometheus::Histogram& commits_;
  prometheus::Counter& canaries_passed_;
  prometheus::Counter& canaries_failed_;
  std::optional<MetricSources> sources_;
};

}  // namespace glovebox
