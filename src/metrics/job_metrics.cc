#include "metrics/job_metrics.h"

#include <algorithm>
#include <string_view>

namespace glovebox {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildHistogram;

const prometheus::Histogram::BucketBoundaries kWaitSeconds{0.001, 0.01, 0.1, 0.5, 1,   2.5,
                                                           5,     15,   30,  60,  300, 1800};
const prometheus::Histogram::BucketBoundaries kRunSeconds{0.01, 0.05, 0.25, 1,   2.5, 5,
                                                          15,   30,   60,   120, 300, 1200};

const prometheus::Histogram::BucketBoundaries kLaunchSeconds{
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5};

// From docs/http-api.md. A failure without a reason is a failure of Glovebox.
constexpr std::array<std::string_view, 10> kReasons{
    "exit-code", "signal", "wall-time", "cpu-time",  "memory",
    "processes", "disk",   "policy",    "cancelled", kServerRestarted};
constexpr std::string_view kOwnFault = "internal";

std::string reason_label(const Job& job) {
  if (job.reason.empty()) return std::string(kOwnFault);
  bool known = std::find(kReasons.begin(), kReasons.end(), job.reason) != kReasons.end();
  return known ? job.reason : "other";
}

prometheus::Counter& counter(prometheus::Registry& registry, const char* name, const char* help) {
  return BuildCounter().Name(name).Help(help).Register(registry).Add({});
}

double in_seconds(std::chrono::milliseconds time) {
  return std::max(0.0, std::chrono::duration<double>(time).count());
}

}  // namespace

JobMetrics::JobMetrics(prometheus::Registry& registry, const std::vector<ToolId>& tools)
    : started_(BuildCounter()
                   .Name("glovebox_jobs_started_total")
                   .Help("Runs that were given to a slot, by tool.")
                   .Register(registry)),
      wait_(BuildHistogram()
                .Name("glovebox_job_wait_seconds")
                .Help("Time from a job's acceptance to its last start, or to its end if it never "
                      "ran, by tool and final status.")
                .Register(registry)),
      run_(BuildHistogram()
               .Name("glovebox_job_run_seconds")
               .Help("Time from a job's last start to the end of its tool, by tool and final "
                     "status.")
               .Register(registry)),
      failures_(BuildCounter()
                    .Name("glovebox_job_failures_total")
                    .Help("Jobs that did not end as completed, by the reason in their record; "
                          "internal: a fault of the server.")
                    .Register(registry)),
      output_bytes_(counter(registry, "glovebox_job_output_bytes_total",
                            "Bytes that tools of ended jobs wrote, kept or not.")),
      lost_runs_(counter(registry, "glovebox_lost_runs_total",
                         "Runs whose slot died. A job runs again unless it has written output.")),
      launch_(BuildHistogram()
                  .Name("glovebox_launch_seconds")
                  .Help("Time from handing a run to a slot to the execution of its tool: what the "
                        "sandbox adds before a tool starts.")
                  .Register(registry)
                  .Add({}, kLaunchSeconds)) {
  for (const ToolId& tool : tools) {
    if (tools_.size() >= kMostTools) break;
    tools_[tool].name = tool.str();
  }
  other_.name = "other";
  // Created at the start, because a rate does not see the step with which a series appears.
  for (auto& [id, tool] : tools_) tool.started = &started_.Add({{"tool", tool.name}});
  other_.started = &started_.Add({{"tool", other_.name}});
}

JobMetrics::OfTool& JobMetrics::of(const ToolId& tool) {
  auto found = tools_.find(tool);
  return found == tools_.end() ? other_ : found->second;
}

void JobMetrics::job_started(const Job& job) {
  of(job.tool_id).started->Increment();
}

void JobMetrics::run_ended(const AcceptedAs& /*job*/, const Result<SandboxResult>& result) {
  if (result.has_error() && is_lost_run(result.error())) lost_runs_.Increment();
  if (result.has_value() && result->launch) {
    launch_.Observe(std::chrono::duration<double>(*result->launch).count());
  }
}

void JobMetrics::job_ended(const Job& job) {
  output_bytes_.Increment(static_cast<double>(job.output.bytes));
  if (job.status != JobStatus::kCompleted) count_failure(job);
  if (!is_final(job.status) || !job.finished_at) return;
  OfTool& tool = of(job.tool_id);
  std::size_t state =
      static_cast<std::size_t>(job.status) - static_cast<std::size_t>(JobStatus::kCompleted);
  WallTime waited_until = job.started_at.value_or(*job.finished_at);
  observe(wait_, tool.wait.at(state), tool, job.status, kWaitSeconds,
          waited_until - job.created_at);
  if (!job.started_at) return;
  observe(run_, tool.run.at(state), tool, job.status, kRunSeconds,
          *job.finished_at - *job.started_at);
}

void JobMetrics::observe(prometheus::Family<prometheus::Histogram>& family,
                         prometheus::Histogram*& series, const OfTool& tool, JobStatus status,
                         const prometheus::Histogram::BucketBoundaries& buckets,
                         std::chrono::milliseconds time) {
  if (series == nullptr) {
    series = &family.Add({{"tool", tool.name}, {"status", std::string(job_status_name(status))}},
                         buckets);
  }
  series->Observe(in_seconds(time));
}

// Add() returns the existing series.
void JobMetrics::count_failure(const Job& job) {
  failures_.Add({{"reason", reason_label(job)}}).Increment();
}

}  // namespace glovebox
