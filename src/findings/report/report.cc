#include "findings/report/report.h"

#include <array>

namespace glovebox {
namespace {

struct FormatNames {
  ReportFormat format;
  std::string_view name;
  std::string_view media_type;
  std::string_view suffix;
};

constexpr std::array<FormatNames, 6> kFormats{{
    {ReportFormat::kSarif, "sarif", "application/sarif+json", ".sarif"},
    {ReportFormat::kCheckstyle, "checkstyle", "application/xml", ".checkstyle.xml"},
    {ReportFormat::kJunit, "junit", "application/xml", ".junit.xml"},
    {ReportFormat::kGitlab, "gitlab", "application/json", ".gitlab.json"},
    {ReportFormat::kGithub, "github", "text/plain; charset=utf-8", ".github.txt"},
    {ReportFormat::kText, "text", "text/plain; charset=utf-8", ".txt"},
}};

const FormatNames& names_of(ReportFormat format) {
  for (const FormatNames& names : kFormats) {
    if (names.format == format) return names;
  }
  return kFormats[0];
}

}  // namespace

std::string_view report_format_name(ReportFormat format) {
  return names_of(format).name;
}

std::optional<ReportFormat> find_report_format(std::string_view name) {
  for (const FormatNames& names : kFormats) {
    if (names.name == name) return names.format;
  }
  return std::nullopt;
}

std::string_view report_media_type(ReportFormat format) {
  return names_of(format).media_type;
}

std::string_view report_suffix(ReportFormat format) {
  return names_of(format).suffix;
}

void write_report(ReportFormat format, std::span<const ReportRun> runs, const ReportSink& sink) {
  switch (format) {
    case ReportFormat::kSarif:
      return write_sarif_report(runs, sink);
    case ReportFormat::kCheckstyle:
      return write_checkstyle_report(runs, sink);
    case ReportFormat::kJunit:
      return write_junit_report(runs, sink);
    case ReportFormat::kGitlab:
      return write_gitlab_report(runs, sink);
    case ReportFormat::kGithub:
      return write_github_report(runs, sink);
    case ReportFormat::kText:
      return write_text_report(runs, sink, {});
  }
}

}  // namespace glovebox
