// Job: one execution of one tool on one project, from acceptance to its end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "model/finding.h"
#include "model/ids.h"
#include "model/image.h"
#include "model/outcome.h"
#include "model/run_inputs.h"
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

// Whether a job is looked up with its output.
enum class WithOutput : std::uint8_t { kNo, kYes };

// Facts about the stored output. The OutputLog has the lines.
struct OutputSummary {
  bool truncated = false;
  std::int64_t lines = 0;  // written by the tool, stored or not
  std::int64_t bytes = 0;  // written by the tool, stored or not
};

// What is known about a job since its acceptance.
struct AcceptedAs {
  JobId id;
  ToolId tool_id;
  ProjectId project_id;
  ClientId owner;
  WallTime created_at;
  // Of the request's own webhook, which gets the end; empty: none.
  std::string webhook_url = {};
  KeptInputs inputs = {};  // null: not known
};

struct Job : AcceptedAs {
  Job() = default;
  explicit Job(AcceptedAs accepted) : AcceptedAs(std::move(accepted)) {}

  JobStatus status = JobStatus::kQueued;
  std::optional<int> exit_code;
  std::optional<int> signal;
  std::optional<Verdict> verdict;
  // None: the tool's output is not read for findings, or the job did not come to its end.
  std::optional<FindingCounts> findings;
  std::string reason;   // empty, or a reason from http-api: "exit-code", "memory", …
  std::string message;  // one sentence about how it ended; empty until then
  OutputSummary output;
  std::optional<WallTime> started_at;
  std::optional<WallTime> finished_at;
  // For a job that has not ended: the time of this state, on the scale of its other times. Not
  // recorded.
  std::optional<WallTime> seen_at;
  Usage usage;
  std::vector<Artifact> artifacts;
  std::vector<std::string> isolation;  // layers that isolated this job
  int attempt = 1;                     // more: earlier runs were lost
  std::optional<ImageRef> image;       // the tool's root; none: the host's /usr
};

// How often a job is run before a lost run is its end.
inline constexpr int kMostAttempts = 3;

// The reason of a job whose last run was lost: the server or its slot died.
inline constexpr std::string_view kServerRestarted = "server-restarted";

// Ends a running job: sets status, exit code, signal, verdict, reason and message. Time limits give
// kTimeout; other limits and violations give kFailed; see docs/http-api.md. `codes` are the exit
// codes that the tool declares. A tool that declares none, or did not end by itself, has no
// verdict.
void apply_outcome(Job& job, const Outcome& outcome, const ExitCodes& codes = {});

}  // namespace glovebox
