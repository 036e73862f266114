// GitHub's workflow commands: ::error file=…,line=…::message
#include <fmt/format.h>

#include "findings/report/report_entries.h"

namespace glovebox {
namespace {

std::string_view command_of(FindingSeverity severity) {
  return severity == FindingSeverity::kNote ? "notice" : finding_severity_name(severity);
}

// '%' and line breaks everywhere, ':' and ',' in properties: @actions/core does the same.
std::string escaped(std::string_view text, std::string_view special) {
  std::string result;
  for (char c : text) {
    if (special.find(c) == std::string_view::npos) {
      result += c;
    } else {
      result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return result;
}

std::string property(std::string_view text) {
  return escaped(text, "%\r\n:,");
}

}  // namespace

void write_github_report(std::span<const ReportRun> runs, const ReportSink& sink) {
  std::vector<ReportEntry> entries = report_entries(runs);
  for (const ReportEntry& entry : entries) {
    const SourcePlace& place = entry.place;
    std::string properties = "title=" + property(entry.run->tool_id + ": " + entry_rule(entry));
    if (!entry.path.empty()) {
      properties += ",file=" + property(entry.path);
      if (place.line > 0) properties += fmt::format(",line={}", place.line);
      if (place.end_line > 0) properties += fmt::format(",endLine={}", place.end_line);
      if (place.column > 0) properties += fmt::format(",col={}", place.column);
      if (place.end_column > 0) properties += fmt::format(",endColumn={}", place.end_column);
    }
    sink(fmt::format("::{} {}::{}\n", command_of(entry.finding->severity), properties,
                     escaped(entry.message, "%\r\n")));
  }
}

}  // namespace glovebox
