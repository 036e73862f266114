#include "metrics/metrics.h"

#include <prometheus/text_serializer.h>

#include <utility>

namespace glovebox {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;

const prometheus::Histogram::BucketBoundaries kCommitSeconds{
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5};

prometheus::Counter& uploads(prometheus::Registry& registry, const char* result) {
  return BuildCounter()
      .Name("glovebox_uploads_total")
      .Help(
          "Archives and examples that came whole, by result: stored, refused (for what they are "
          "or a limit), failed (a fault of the server).")
      .Register(registry)
      .Add({{"result", result}});
}

prometheus::Counter& canaries(prometheus::Registry& registry, const char* result) {
  return BuildCounter()
      .Name("glovebox_canary_runs_total")
      .Help("Runs of the job that tests the sandbox from end to end, by result.")
      .Register(registry)
      .Add({{"result", result}});
}

}  // namespace

Metrics::Metrics(const std::vector<ToolId>& tools)
    : jobs_(registry_, tools),
      refusals_(registry_),
      state_(registry_),
      uploads_stored_(uploads(registry_, "stored")),
      uploads_refused_(uploads(registry_, "refused")),
      uploads_failed_(uploads(registry_, "failed")),
      upload_bytes_(BuildCounter()
                        .Name("glovebox_upload_unpacked_bytes_total")
                        .Help("Unpacked bytes of the uploads that were stored.")
                        .Register(registry_)
                        .Add({})),
      commits_(BuildHistogram()
                   .Name("glovebox_database_commit_seconds")
                   .Help("Time that a COMMIT of the database took.")
                   .Register(registry_)
                   .Add({}, kCommitSeconds)),
      canaries_passed_(canaries(registry_, "passed")),
      canaries_failed_(canaries(registry_, "failed")) {
  BuildGauge()
      .Name("glovebox_build_info")
      .Help("1, with the version of the server.")
      .Register(registry_)
      .Add({{"version", GLOVEBOX_VERSION}})
      .Set(1);
}

void Metrics::committed(std::chrono::nanoseconds time) {
  commits_.Observe(std::chrono::duration<double>(time).count());
}

void Metrics::project_added(const Result<Project>& project) {
  if (project.has_value()) {
    uploads_stored_.Increment();
    upload_bytes_.Increment(static_cast<double>(project->total_bytes));
  } else {
    bool ours = project.error().kind() == ErrorKind::kInternal;
    (ours ? uploads_failed_ : uploads_refused_).Increment();
  }
}

// The gauges have no series before the first one: a server without a canary must not look as if its
// canary failed.
void Metrics::canary_ended(CanaryResult result, std::chrono::milliseconds took) {
  bool passed = result == CanaryResult::kPassed;
  (passed ? canaries_passed_ : canaries_failed_).Increment();
  BuildGauge()
      .Name("glovebox_canary_success")
      .Help("1 if the last run of the canary job passed, 0 if it failed.")
      .Register(registry_)
      .Add({})
      .Set(passed ? 1 : 0);
  BuildGauge()
      .Name("glovebox_canary_seconds")
      .Help("Time that the last run of the canary job took.")
      .Register(registry_)
      .Add({})
      .Set(std::chrono::duration<double>(took).count());
}

std::string Metrics::text() {
  if (sources_) state_.read(*sources_);
  return prometheus::TextSerializer().Serialize(registry_.Collect());
}

}  // namespace glovebox
