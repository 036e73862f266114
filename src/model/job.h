// Job: one execution of one tool on one project, from being accepted to its end.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "model/ids.h"
#include "model/outcome.h"
#include "model/verdict.h"

namespace glovebox {

enum class JobStatus { kQueued, kRunning, kCompleted, kFailed, kTimeout, kCancelled };
// "queued", "running", "completed", "failed", "timeout", "cancelled".
std::string_view job_status_name(JobStatus status);
std::optional<JobStatus> parse_job_status(std::string_view name);
inline bool is_final(JobStatus status) {
  return status > JobStatus::kRunning;
}

struct Artifact {
  std::string path;
  std::int64_t size_bytes = 0;
  bool operator==(const Artifact&) const = default;
};

// What was kept of the output; the lines themselves lie in the OutputLog.
struct OutputSummary {
  bool truncated = false;
  std::int64_t lines = 0;  // written by the tool, kept or not
  std::int64_t bytes = 0;  // written by the tool, kept or not
};

// What is known of a job from its acceptance on.
struct AcceptedAs {
  JobId id;
  ToolId tool_id;
  ProjectId project_id;
  ClientId owner;
  WallTime created_at;
};

struct Job : AcceptedAs {
  Job() = default;
  explicit Job(AcceptedAs accepted) : AcceptedAs(std::move(accepted)) {}

  JobStatus status = JobStatus::kQueued;
  std::optional<int> exit_code;
  std::optional<int> signal;
  std::optional<Verdict> verdict;
  std::string reason;   // empty, or as http-api names it: "exit-code", "memory", …
  std::string message;  // one sentence on how it ended; empty until then
  OutputSummary output;
  std::optional<WallTime> started_at;
  std::optional<WallTime> finished_at;
  // Of a job that has not ended: when this was so, on the scale of its other times. Not recorded.
  std::optional<WallTime> seen_at;
  Usage usage;
  std::vector<Artifact> artifacts;
  std::vector<std::string> isolation;  // layers that held this job
};

// The reason of a job that ended because the server did.
inline constexpr std::string_view kServerRestarted = "server-restarted";

// The legal end of a running job: sets status, exit code, signal, verdict, reason and message.
// Limits on time give kTimeout; other limits and violations kFailed; see docs/http-api.md.
// `codes` are those that the tool declares. A tool that declares none, or that did not end by
// itself, has no verdict.
void apply_outcome(Job& job, const Outcome& outcome, const ExitCodes& codes = {});

}  // namespace glovebox
