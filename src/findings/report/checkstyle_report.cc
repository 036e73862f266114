// Checkstyle's XML, which most CI servers and editors can read.
#include <fmt/format.h>

#include "findings/report/report_entries.h"

namespace glovebox {
namespace {

std::string_view checkstyle_severity(FindingSeverity severity) {
  return severity == FindingSeverity::kNote ? "info" : finding_severity_name(severity);
}

void write_error(const ReportEntry& entry, const ReportSink& sink) {
  const SourcePlace& place = entry.place;
  std::string at;
  if (place.line > 0) at += fmt::format(" line=\"{}\"", place.line);
  if (place.column > 0) at += fmt::format(" column=\"{}\"", place.column);
  sink(fmt::format("    <error{} severity=\"{}\" message=\"{}\" source=\"{}\"/>\n", at,
                   checkstyle_severity(entry.finding->severity), xml_text(entry.message),
                   xml_text(entry.run->tool_id + "." + entry_rule(entry))));
}

}  // namespace

void write_checkstyle_report(std::span<const ReportRun> runs, const ReportSink& sink) {
  sink("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n");
  const std::string* path = nullptr;
  std::vector<ReportEntry> entries = report_entries(runs);
  for (const ReportEntry& entry : entries) {
    if (path == nullptr || *path != entry.path) {
      if (path != nullptr) sink("  </file>\n");
      path = &entry.path;
      sink(fmt::format("  <file name=\"{}\">\n", path->empty() ? "(no file)" : xml_text(*path)));
    }
    write_error(entry, sink);
  }
  if (path != nullptr) sink("  </file>\n");
  sink("</checkstyle>\n");
}

}  // namespace glovebox
