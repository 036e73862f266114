// JobMetrics: counts jobs, as an observer.
//
// The labels are bounded: the tools that existed at the start, and "other" for a job of an earlier
// process whose tool was removed; the final states; the reasons that a record may have. Never a
// client or a job. A histogram's series appears with its first job. Threads: the event loop; a
// scrape may read at the same time.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <string>
#include <unordered_map>
#include <vector>

#include "execution/job_observer.h"
#include "model/ids.h"
#include "model/job.h"

namespace glovebox {

class JobMetrics final : public JobObserver {
 public:
  // Tools beyond this number count as "other".
  static constexpr std::size_t kMostTools = 512;

  // `registry` must outlive it.
  JobMetrics(prometheus::Registry& registry, const std::vector<ToolId>& tools);

  void job_started(const Job& job) override;
  void run_ended(const AcceptedAs& job, const Result<SandboxResult>& result) override;
  void job_ended(const Job& job) override;

 private:
  static constexpr std::size_t kFinalStates = 4;
  // The series of one tool; those of histograms are null until they are needed.
  struct OfTool {
    std::string name;
    prometheus::Counter* started = nullptr;
    std::array<prometheus::Histogram*, kFinalStates> wait{};
    std::array<prometheus::Histogram*, kFinalStates> run{};
  };

  OfTool& of(const ToolId& tool);
  static void observe(prometheus::Family<prometheus::Histogram>& family,
                      prometheus::Histogram*& series, const OfTool& tool, JobStatus status,
                      const prometheus::Histogram::BucketBoundaries& buckets,
                      std::chrono::milliseconds time);
  void count_failure(const Job& job);

  prometheus::Family<prometheus::Counter>& started_;
  prometheus::Family<prometheus::Histogram>& wait_;
  prometheus::Family<prometheus::Histogram>& run_;
  prometheus::Family<prometheus::Counter>& failures_;
  prometheus::Counter& output_bytes_;
  prometheus::Counter& lost_runs_;
  prometheus::Histogram& launch_;
  std::unordered_map<ToolId, OfTool> tools_;
  OfTool other_;
};

}  // namespace glovebox
