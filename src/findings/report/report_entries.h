// Common code of the report writers: findings in order, and texts escaped for each format.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "findings/report/report.h"

namespace glovebox {

// A finding as reports show it. A path that is not in the project is part of the message instead.
struct ReportEntry {
  const Finding* finding = nullptr;
  const ReportRun* run = nullptr;
  std::string path;
  SourcePlace place;  // corrected; the finding's own path is not used
  std::string message;
};

// Sorted by path, line, column, rule and message; those without a path first.
std::vector<ReportEntry> report_entries(const ReportRun& run);
// Of all runs together; findings of several tools at the same place are adjacent.
std::vector<ReportEntry> report_entries(std::span<const ReportRun> runs);

// "rule" if the finding has one, otherwise the tool's id.
std::string entry_rule(const ReportEntry& entry);

// The path, if it is inside a project; otherwise empty.
std::string safe_path(std::string_view path);
// Percent-encoded, as a relative URI.
std::string path_uri(std::string_view path);
// For XML's text and attributes.
std::string xml_text(std::string_view text);

}  // namespace glovebox
