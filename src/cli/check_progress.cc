#include "cli/check_progress.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdio>
#include <optional>

#include "base/clean_text.h"
#include "cli/run_report.h"

namespace glovebox {
namespace {

constexpr std::size_t kMaxLastLine = 300;

}  // namespace

void CheckProgress::tell(const std::string& text) const {
  if (!terminal_.interactive) return;
  fmt::print(stderr, "{}\n", terminal_.paint(Color::kDim, "glovebox: " + text));
}

void CheckProgress::changed(const Job& job) const {
  if (job.status == JobStatus::kQueued) return;
  if (job.status == JobStatus::kRunning) return tell(job.tool_id.str() + ": runs");
  std::optional<Verdict> verdict = verdict_in_checkup(job);
  std::string_view word = verdict ? verdict_name(*verdict) : job_status_name(job.status);
  tell(fmt::format("{}: {}, {}", job.tool_id.str(), word,
                   format_duration(*job.finished_at - job.started_at.value_or(job.created_at))));
}

std::vector<std::string> tools_of(const Checkup& checkup) {
  std::vector<std::string> tools;
  for (const Job& job : checkup.jobs) tools.push_back(job.tool_id.str());
  return tools;
}

std::string last_line_of(const std::vector<std::string>& output) {
  std::string last;
  for (const std::string& line : output) {
    std::string clean = clean_line(line, kMaxLastLine);
    if (!clean.empty()) last = std::move(clean);
  }
  return last;
}

Result<void> tell_missing(const std::vector<std::string>& missing, bool any_can_run,
                          std::string_view where) {
  if (missing.empty()) return ok();
  fmt::print(stderr, "glovebox: not run, because {} lacks them: {} ('glovebox tools' says why)\n",
             where, fmt::join(missing, ", "));
  if (any_can_run) return ok();
  return Error(ErrorKind::kConflict,
               fmt::format("no tool that suits this project can run on {}", where));
}

void tell_nothing_suits() {
  fmt::print(stderr, "glovebox: no tool that takes part in checks has files here\n");
}

}  // namespace glovebox
