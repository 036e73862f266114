#include "model/job.h"

#include <array>

namespace glovebox {
namespace {

constexpr std::array<std::string_view, 6> kStatusNames{"queued", "running", "completed",
                                                       "failed", "timeout", "cancelled"};

struct Apply {
  Job& job;
  const ExitCodes& codes;

  void operator()(const Exited& exited) const {
    auto declared = codes.find(exited.code);
    bool completed = exited.code == 0 || declared != codes.end();
    job.status = completed ? JobStatus::kCompleted : JobStatus::kFailed;
    job.exit_code = exited.code;
    job.reason = completed ? "" : "exit-code";
    if (!codes.empty()) {
      job.verdict = declared == codes.end() ? Verdict::kError : declared->second;
    }
  }
  void operator()(const Signaled& signaled) const {
    job.status = JobStatus::kFailed;
    job.signal = signaled.signal;
    if (!codes.empty()) job.verdict = Verdict::kError;
    job.reason = "signal";
  }
  void operator()(const LimitExceeded& limit) const {
    bool time = limit.which == LimitKind::kWallTime || limit.which == LimitKind::kCpuTime;
    job.status = time ? JobStatus::kTimeout : JobStatus::kFailed;
    job.exit_code = limit.exit_code;
    job.signal = limit.signal;
    job.reason = std::string(limit_name(limit.which));
  }
  void operator()(const Violation&) const {
    job.status = JobStatus::kFailed;
    job.reason = "policy";
  }
  void operator()(const Cancelled&) const {
    job.status = JobStatus::kCancelled;
    job.reason = "cancelled";
  }
};

}  // namespace

std::string_view job_status_name(JobStatus status) {
  return kStatusNames[static_cast<std::size_t>(status)];
}

std::optional<JobStatus> parse_job_status(std::string_view name) {
  for (std::size_t i = 0; i < kStatusNames.size(); ++i) {
    if (kStatusNames[i] == name) return static_cast<JobStatus>(i);
  }
  return std::nullopt;
}

void apply_outcome(Job& job, const Outcome& outcome, const ExitCodes& codes) {
  std::visit(Apply{job, codes}, outcome);
  job.message = describe(outcome);
}

}  // namespace glovebox
