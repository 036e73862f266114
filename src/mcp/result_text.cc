#include "mcp/result_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/clean_text.h"
#include "base/units.h"

namespace glovebox {
namespace {

constexpr std::size_t kLineBytes = 500;
constexpr std::size_t kTailLines = 60;
constexpr std::size_t kTailBytes = 8 << 10;

std::string number_of(std::int64_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

std::string counts_text(const FindingCounts& counts) {
  std::string parts;
  auto add = [&parts](std::int64_t number, std::string_view noun) {
    if (number > 0) parts += (parts.empty() ? "" : ", ") + number_of(number, noun);
  };
  add(counts.error, "error");
  add(counts.warning, "warning");
  add(counts.note, "note");
  std::string text = counts.total == 0 ? "no findings" : number_of(counts.total, "finding");
  return parts.empty() ? text : text + " (" + parts + ")";
}

std::string state_of(const Job& job) {
  if (job.findings && job.findings->total > 0) return counts_text(*job.findings);
  if (job.status != JobStatus::kCompleted) return std::string(job_status_name(job.status));
  if (job.verdict == Verdict::kNothingToDo) return "the project has no files for this tool";
  if (job.findings) return counts_text(*job.findings);
  return job.verdict ? std::string(verdict_name(*job.verdict)) : "completed";
}

std::string at_place(const SourcePlace& place) {
  if (place.path.empty()) return "";
  std::string text = clean_line(place.path, kLineBytes);
  if (place.line > 0) text += fmt::format(":{}", place.line);
  if (place.line > 0 && place.column > 0) text += fmt::format(":{}", place.column);
  return text + ": ";
}

}  // namespace

std::string headline(const Job& job) {
  std::string text = fmt::format("{}: {}.", job.tool_id.str(), state_of(job));
  if (!is_final(job.status)) {
    bool queued = job.status == JobStatus::kQueued;
    return text + (queued ? " It waits for its turn." : " It has not ended.");
  }
  std::string how = clean_line(job.message, kLineBytes);
  if (how.empty()) return text;
  how.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(how.front())));
  if (how.ends_with('.')) how.pop_back();
  if (!job.finished_at || !job.started_at) return text + " " + how + ".";
  return fmt::format("{} {} after {}.", text, how,
                     format_duration(*job.finished_at - *job.started_at));
}

std::string headline(const Checkup& checkup) {
  auto ended = std::count_if(checkup.jobs.begin(), checkup.jobs.end(),
                             [](const Job& job) { return is_final(job.status); });
  std::string text = fmt::format("Check-up: {} of {} ended", ended,
                                 number_of(static_cast<std::int64_t>(checkup.jobs.size()), "tool"));
  if (auto counts = checkup.findings()) text += "; " + counts_text(*counts);
  text += ".";
  for (const Job& job : checkup.jobs) text += "\n" + headline(job);
  return text;
}

std::string finding_line(const Finding& finding, const std::string& tool) {
  std::string text = at_place(finding.place);
  text += fmt::format("{}: {}", finding_severity_name(finding.severity),
                      clean_line(finding.message, kLineBytes));
  std::string origin = tool;
  if (!finding.rule.empty()) origin += (tool.empty() ? "" : " ") + clean_line(finding.rule, 100);
  return origin.empty() ? text : text + " [" + origin + "]";
}

std::string findings_text(const std::vector<CheckupFinding>& findings, std::int64_t total,
                          bool with_tools, const std::string& id) {
  std::string text;
  std::size_t shown = std::min(findings.size(), kShownFindings);
  for (std::size_t i = 0; i < shown; ++i) {
    text += "\n" + finding_line(findings[i].finding,
                                with_tools ? findings[i].tool_id.str() : std::string());
  }
  std::int64_t rest = total - static_cast<std::int64_t>(shown);
  if (rest > 0) {
    text += fmt::format("\nand {} more: read_findings with runId {} lists them.", rest, id);
  }
  return text;
}

std::vector<std::string> output_tail(const std::vector<std::string>& output) {
  std::vector<std::string> tail;
  std::size_t bytes = 0;
  for (auto line = output.rbegin(); line != output.rend() && tail.size() < kTailLines; ++line) {
    std::string clean = inert_line(*line, kLineBytes);
    bytes += clean.size() + 1;
    if (bytes > kTailBytes) break;
    tail.push_back(std::move(clean));
  }
  std::reverse(tail.begin(), tail.end());
  return tail;
}

}  // namespace glovebox
