// Reports: findings of one or more tools in the formats that forges, CI and people read. One writer
// per format, all from the same model.
//
// Whatever a finding contains is inert in each format: texts are cleaned and escaped again here.
// The same runs give the same bytes: findings are sorted by path, line, column, rule and message.
// Everything goes to a sink as it is produced, so a report is never completely in memory.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "findings/source/source_lines.h"
#include "model/finding.h"

namespace glovebox {

using ReportSink = std::function<void(std::string_view)>;

// The findings of one tool. They must outlive the call that gets this.
struct ReportRun {
  std::string tool_id;
  std::string tool_name;
  std::string tool_version;  // what the program prints; empty: unknown
  std::string rule_url;      // FindingsSpec::url
  std::span<const Finding> findings;
  FindingCounts counts;   // of all, including those that were not stored
  bool completed = true;  // false: the tool failed, so there may be more findings
  std::string problem;    // why, in one line
};

enum class ReportFormat { kSarif, kCheckstyle, kJunit, kGitlab, kGithub, kText };

// "sarif", "checkstyle", "junit", "gitlab", "github", "text".
std::string_view report_format_name(ReportFormat format);
std::optional<ReportFormat> find_report_format(std::string_view name);
// For Content-Type and a file's name, such as "application/sarif+json" and ".sarif".
std::string_view report_media_type(ReportFormat format);
std::string_view report_suffix(ReportFormat format);

// For any format; text has no colours and no source lines.
void write_report(ReportFormat format, std::span<const ReportRun> runs, const ReportSink& sink);

// SARIF 2.1.0 as GitHub's code scanning accepts it: one run per tool, at most 20, and at most
// 25,000 results in each. A finding without a path cannot be a result there: it becomes a
// notification.
void write_sarif_report(std::span<const ReportRun> runs, const ReportSink& sink);
inline constexpr std::size_t kMaxSarifRuns = 20;
inline constexpr std::size_t kMaxSarifResults = 25'000;

// A finding without a path is under the file "(no file)".
void write_checkstyle_report(std::span<const ReportRun> runs, const ReportSink& sink);

// One suite per tool, one test case per file with findings; a file with only notes does not fail. A
// tool that found nothing has one case, which passes.
void write_junit_report(std::span<const ReportRun> runs, const ReportSink& sink);

// GitLab's Code Quality. It does not support findings without a path: they are left out.
void write_gitlab_report(std::span<const ReportRun> runs, const ReportSink& sink);

// Workflow commands, which GitHub reads from a step's output.
void write_github_report(std::span<const ReportRun> runs, const ReportSink& sink);

enum class TextColours { kOff, kOn };
struct TextReportOptions {
  TextColours colours = TextColours::kOff;
  SourceFiles* source = nullptr;  // for the lines; null: no source lines
};
// For a terminal: by file, with the line and a caret, and a total at the end.
void write_text_report(std::span<const ReportRun> runs, const ReportSink& sink,
                       const TextReportOptions& options);

}  // namespace glovebox
