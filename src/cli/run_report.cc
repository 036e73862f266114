#include "cli/run_report.h"

#include <fmt/format.h>

#include <boost/json/serialize.hpp>

#include "base/log.h"

namespace glovebox {
namespace {

constexpr std::size_t kArtifactsShown = 10;

// What a person reads first: what the tool found, else how it ended.
std::string_view word_of(const Job& job) {
  if (job.verdict == Verdict::kNothingToDo) return "nothing to do";
  bool verdict_tells = job.verdict && job.verdict != Verdict::kError;
  return verdict_tells ? verdict_name(*job.verdict) : job_status_name(job.status);
}

Color color_of(const Job& job) {
  switch (job.status) {
    case JobStatus::kCompleted:
      return job.verdict.value_or(Verdict::kClean) == Verdict::kClean ? Color::kGreen
                                                                      : Color::kYellow;
    case JobStatus::kTimeout:
    case JobStatus::kCancelled:
      return Color::kYellow;
    default:
      return Color::kRed;
  }
}

std::string duration_of(const Job& job) {
  if (!job.started_at || !job.finished_at) return "0 ms";
  return format_duration(*job.finished_at - *job.started_at);
}

std::string findings_line(const Job& job) {
  if (!job.findings || job.findings->total == 0) return "";
  const FindingCounts& counts = *job.findings;
  auto of = [](std::int64_t count, std::string_view what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
  };
  std::string parts;
  auto add = [&](std::int64_t count, std::string_view what) {
    if (count > 0) parts += (parts.empty() ? "" : ", ") + of(count, what);
  };
  add(counts.error, "error");
  add(counts.warning, "warning");
  add(counts.note, "note");
  return fmt::format("  {}: {}\n", of(counts.total, "finding"), parts);
}

std::string artifact_lines(const Job& job, const std::string& saved_to) {
  if (job.artifacts.empty()) return "";
  std::size_t count = job.artifacts.size();
  std::string text =
      fmt::format("  {} {} created or changed{}\n", count, count == 1 ? "file" : "files",
                  saved_to.empty() ? "; --artifacts DIR saves them"
                                   : fmt::format(", saved to {}", escape_for_log(saved_to)));
  for (std::size_t i = 0; i < count && i < kArtifactsShown; ++i) {
    const Artifact& artifact = job.artifacts[i];
    text += fmt::format("    {}  {}\n", escape_for_log(artifact.path),
                        format_bytes(ByteCount(static_cast<std::uint64_t>(artifact.size_bytes))));
  }
  if (count > kArtifactsShown) text += fmt::format("    and {} more\n", count - kArtifactsShown);
  return text;
}

}  // namespace

std::string run_summary(const Job& job, const std::string& saved_to, const Terminal& terminal) {
  std::string status = terminal.paint(color_of(job), word_of(job));
  std::string text =
      fmt::format("{}: {}\n", status, job.message.empty() ? job.reason : job.message);
  std::string figures =
      fmt::format("  {}, CPU {}, peak memory {}", duration_of(job),
                  format_duration(job.usage.cpu()), format_bytes(job.usage.peak_memory));
  text += terminal.paint(Color::kDim, figures) + "\n";
  return text + findings_line(job) + artifact_lines(job, saved_to);
}

std::string plain_reason(const Job& job) {
  if (job.reason.empty() || job.reason == "exit-code") return "";
  return fmt::format("glovebox: {}\n", job.message.empty() ? job.reason : job.message);
}

std::string error_line(const Error& error) {
  std::string text = fmt::format("glovebox: {}\n", error.message());
  for (const auto& [key, value] : error.details()) {
    text += fmt::format("  {}: {}\n", std::string_view(key.data(), key.size()),
                        boost::json::serialize(value));
  }
  return text;
}

}  // namespace glovebox
