#include "metrics/state_metrics.h"

#include <string>

namespace glovebox {
namespace {

using prometheus::BuildGauge;

prometheus::Family<prometheus::Gauge>& gauges(prometheus::Registry& registry, const char* name,
                                              const char* help) {
  return BuildGauge().Name(name).Help(help).Register(registry);
}

prometheus::Gauge& gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return gauges(registry, name, help).Add({});
}

double number_of(ByteCount bytes) {
  return static_cast<double>(bytes.bytes());
}

}  // namespace

StateMetrics::StateMetrics(prometheus::Registry& registry)
    : registry_(registry),
      queued_(gauge(registry, "glovebox_queue_jobs", "Jobs that wait for a slot.")),
      queue_capacity_(gauge(registry, "glovebox_queue_capacity_jobs",
                            "Jobs that may wait for a slot; more are refused.")),
      oldest_wait_(gauge(registry, "glovebox_queue_oldest_age_seconds",
                         "Time since the acceptance of the oldest job that waits for a slot; 0 if "
                         "none waits.")),
      slots_(
          gauges(registry, "glovebox_slots",
                 "Sandbox slots by state: idle, busy (has a run), replaced (died, and another is "
                 "being made).")),
      tiers_(gauges(registry, "glovebox_sandbox_tier",
                    "1 for the isolation tier of this server's jobs, 0 for the other.")),
      layers_(gauges(registry, "glovebox_sandbox_layer",
                     "1 for a layer that isolates this server's jobs, 0 for one that this host "
                     "lacks.")),
      ready_(gauge(registry, "glovebox_ready", "1 while /api/ready answers 200, else 0.")),
      draining_(gauge(registry, "glovebox_draining", "1 while the server drains, else 0.")),
      health_(
          gauges(registry, "glovebox_health_reason",
                 "1 for a fault that /api/health lists, 0 for one that it listed earlier; none: "
                 "1 while there is no fault.")),
      storage_used_(gauge(registry, "glovebox_storage_used_bytes",
                          "Size of the data directory, with room that uploads have reserved.")),
      storage_quota_(
          gauge(registry, "glovebox_storage_quota_bytes", "Limit on the data directory; 0: none.")),
      connections_(gauge(registry, "glovebox_http_connections", "Open connections of clients.")),
      streams_(gauge(registry, "glovebox_event_streams", "Open event streams of clients.")),
      cpu_seconds_(prometheus::BuildCounter()
                       .Name("process_cpu_seconds_total")
                       .Help("User and system CPU time of the server's process.")
                       .Register(registry)
                       .Add({})),
      start_time_(gauge(registry, "process_start_time_seconds",
                        "Start of the server's process since the epoch.")) {}

void StateMetrics::read(const MetricSources& sources) {
  ServiceLoad load = sources.status.load();
  read_queue(load);
  read_slots(sources.sandbox);
  read_isolation(sources.status.isolation());
  read_health(sources.status);
  read_disk(sources, load);
  connections_.Set(static_cast<double>(sources.connections()));
  streams_.Set(static_cast<double>(sources.streams()));
  read_process(sources.process.read());
}

void StateMetrics::read_queue(const ServiceLoad& load) {
  queued_.Set(static_cast<double>(load.queued));
  queue_capacity_.Set(static_cast<double>(load.queue_capacity));
  auto age = load.oldest_wait.value_or(std::chrono::milliseconds(0));
  oldest_wait_.Set(std::chrono::duration<double>(age).count());
}

void StateMetrics::read_slots(const Sandbox& sandbox) {
  SlotStates states = sandbox.slot_states();
  slots_.Add({{"state", "idle"}}).Set(static_cast<double>(states.idle));
  slots_.Add({{"state", "busy"}}).Set(static_cast<double>(states.busy));
  slots_.Add({{"state", "replaced"}}).Set(static_cast<double>(states.replaced));
}

void StateMetrics::read_isolation(const IsolationReport& report) {
  for (Tier tier : {Tier::kLandlock, Tier::kNamespaces}) {
    tiers_.Add({{"tier", std::string(tier_name(tier))}}).Set(report.tier == tier ? 1 : 0);
  }
  for (const std::string& layer : report.layers) layers_.Add({{"layer", layer}}).Set(1);
  for (const MissingLayer& missing : report.missing) {
    layers_.Add({{"layer", missing.layer}}).Set(0);
  }
}

// The codes are few and fixed, see HealthBoard. A reason that has ended keeps its series, so that
// an alert sees its end.
void StateMetrics::read_health(const ServiceStatus& status) {
  const HealthBoard& board = status.health();
  draining_.Set(status.draining() ? 1 : 0);
  ready_.Set(status.draining() || board.unready() ? 0 : 1);
  for (const auto& family : health_.Collect()) {
    for (const auto& series : family.metric) {
      health_.Add({{series.label.at(0).name, series.label.at(0).value}}).Set(0);
    }
  }
  std::vector<HealthReason> reasons = board.reasons();
  for (const HealthReason& reason : reasons) health_.Add({{"code", reason.code}}).Set(1);
  health_.Add({{"code", "none"}}).Set(reasons.empty() ? 1 : 0);
}

void StateMetrics::read_disk(const MetricSources& sources, const ServiceLoad& load) {
  storage_used_.Set(number_of(load.storage_used));
  storage_quota_.Set(number_of(load.storage_quota));
  Result<DiskSpace> disk = sources.disk();
  if (disk.has_error()) return;
  set("glovebox_disk_size_bytes", "Size of the file system of the data directory.",
      number_of(disk->total));
  set("glovebox_disk_free_bytes",
      "Free bytes of the file system of the data directory that the server may use.",
      number_of(disk->available));
  set("glovebox_disk_free_inodes_ratio",
      "Part of the inodes of the data directory's file system that is free.",
      disk->inodes_available);
}

void StateMetrics::read_process(const ProcessStats::Values& values) {
  double more = values.cpu_seconds - cpu_seconds_.Value();
  if (more > 0) cpu_seconds_.Increment(more);
  start_time_.Set(values.start_time_seconds);
  auto set_known = [this](const char* name, const char* help, const std::optional<double>& value) {
    if (value) set(name, help, *value);
  };
  set_known("process_resident_memory_bytes", "Resident memory of the server's process.",
            values.resident_bytes);
  set_known("process_virtual_memory_bytes", "Virtual memory of the server's process.",
            values.virtual_bytes);
  set_known("process_open_fds", "Open descriptors of the server's process.", values.open_fds);
  set_known("process_max_fds", "Limit on the descriptors of the server's process.", values.max_fds);
}

// Registering a family again returns the existing one.
void StateMetrics::set(const char* name, const char* help, double value) {
  gauge(registry_, name, help).Set(value);
}

}  // namespace glovebox
