// What the report writers share: findings in order, and texts that are fit for each format.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "findings/report/report.h"

namespace glovebox {

// A finding as reports show it. What is no path in the project stands in the message instead.
struct ReportEntry {
  const Finding* finding = nullptr;
  const ReportRun* run = nullptr;
  std::string path;
  SourcePlace place;  // mended; its own path is not looked at
  std::string message;
};

// Sorted by path, line, column, rule and message; those without a path first.
std::vector<ReportEntry> report_entries(const ReportRun& run);
// Of all runs together; equal places of several tools are beside each other.
std::vector<ReportEntry> report_entries(std::span<const ReportRun> runs);

// "rule" where the finding has one, else the tool's id.
std::string entry_rule(const ReportEntry& entry);

// The path, where it is one inside a project; else empty.
std::string safe_path(std::string_view path);
// Percent-encoded, as a relative URI.
std::string path_uri(std::string_view path);
// For XML's text and attributes.
std::string xml_text(std::string_view text);

}  // namespace glovebox
