// StateMetrics: gauges of the current state, read from its sources at each scrape.
//
// Threads: the event loop.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <cstddef>
#include <functional>

#include "base/disk_usage.h"
#include "base/result.h"
#include "execution/service_status.h"
#include "metrics/process_stats.h"
#include "sandbox/sandbox.h"

namespace glovebox {

// The sources. Each must live as long as scrapes may come.
struct MetricSources {
  const ServiceStatus& status;
  const Sandbox& sandbox;
  ProcessStats& process;
  std::function<Result<DiskSpace>()> disk;  // of the data directory
  std::function<std::size_t()> connections;
  std::function<std::size_t()> streams;
};

class StateMetrics {
 public:
  // `registry` must outlive it.
  explicit StateMetrics(prometheus::Registry& registry);
  void read(const MetricSources& sources);

 private:
  using Gauges = prometheus::Family<prometheus::Gauge>;

  void read_queue(const ServiceLoad& load);
  void read_slots(const Sandbox& sandbox);
  void read_isolation(const IsolationReport& report);
  void read_health(const ServiceStatus& status);
  void read_disk(const MetricSources& sources, const ServiceLoad& load);
  void read_process(const ProcessStats::Values& values);
  // For values that have no series until they are known.
  void set(const char* name, const char* help, double value);

  prometheus::Registry& registry_;
  prometheus::Gauge& queued_;
  prometheus::Gauge& queue_capacity_;
  prometheus::Gauge& oldest_wait_;
  Gauges& slots_;
  Gauges& tiers_;
  Gauges& layers_;
  prometheus::Gauge& ready_;
  prometheus::Gauge& draining_;
  Gauges& health_;
  prometheus::Gauge& storage_used_;
  prometheus::Gauge& storage_quota_;
  prometheus::Gauge& connections_;
  prometheus::Gauge& streams_;
  prometheus::Counter& cpu_seconds_;
  prometheus::Gauge& start_time_;
};

}  // namespace glovebox
