// JUnit's XML as Jenkins, GitLab and others read it.
#include <fmt/format.h>

#include <algorithm>

#include "findings/report/report_entries.h"

namespace glovebox {
namespace {

// A test case: all findings of one file.
struct FileCase {
  std::string name;
  std::span<const ReportEntry> entries;
  std::size_t complaints = 0;  // errors and warnings
  FindingSeverity worst = FindingSeverity::kNote;
};

std::vector<FileCase> cases_of(const std::vector<ReportEntry>& entries) {
  std::vector<FileCase> cases;
  for (std::size_t begin = 0; begin < entries.size();) {
    std::size_t end = begin;
    FileCase file;
    file.name = entries[begin].path.empty() ? "(no file)" : entries[begin].path;
    for (; end < entries.size() && entries[end].path == entries[begin].path; ++end) {
      FindingSeverity severity = entries[end].finding->severity;
      file.complaints += severity != FindingSeverity::kNote;
      file.worst = std::min(file.worst, severity);
    }
    file.entries = std::span(entries).subspan(begin, end - begin);
    cases.push_back(std::move(file));
    begin = end;
  }
  return cases;
}

std::string line_of(const ReportEntry& entry) {
  const Finding& finding = *entry.finding;
  std::string text = entry.path;
  if (entry.place.line > 0) text += fmt::format(":{}", entry.place.line);
  if (entry.place.column > 0) text += fmt::format(":{}", entry.place.column);
  if (!text.empty()) text += ": ";
  text += fmt::format("{}: {}", finding_severity_name(finding.severity), entry.message);
  if (!finding.rule.empty()) text += fmt::format(" [{}]", entry_rule(entry));
  return xml_text(text) + "\n";
}

void write_case(const ReportRun& run, const FileCase& file, const ReportSink& sink) {
  sink(fmt::format("    <testcase name=\"{}\" classname=\"{}\">\n", xml_text(file.name),
                   xml_text(run.tool_id)));
  bool fails = file.complaints > 0;
  if (fails) {
    sink(fmt::format("      <failure message=\"{} {}\" type=\"{}\">", file.complaints,
                     file.complaints == 1 ? "finding" : "findings",
                     finding_severity_name(file.worst)));
  } else {
    sink("      <system-out>");
  }
  for (const ReportEntry& entry : file.entries) sink(line_of(entry));
  sink(fails ? "</failure>\n" : "</system-out>\n");
  sink("    </testcase>\n");
}

void write_suite(const ReportRun& run, const ReportSink& sink) {
  std::vector<ReportEntry> entries = report_entries(run);
  std::vector<FileCase> cases = cases_of(entries);
  auto failures = std::count_if(cases.begin(), cases.end(),
                                [](const FileCase& file) { return file.complaints > 0; });
  bool own_case = cases.empty() || !run.completed;
  sink(fmt::format(
      "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"0\">\n",
      xml_text(run.tool_id), cases.size() + own_case, failures, run.completed ? 0 : 1));
  if (own_case) {
    sink(fmt::format("    <testcase name=\"{0}\" classname=\"{0}\">", xml_text(run.tool_id)));
    if (!run.completed) {
      sink(fmt::format("<error message=\"{}\" type=\"tool\"/>",
                       xml_text(run.problem.empty() ? "the tool failed" : run.problem)));
    }
    sink("</testcase>\n");
  }
  for (const FileCase& file : cases) write_case(run, file, sink);
  sink("  </testsuite>\n");
}

}  // namespace

void write_junit_report(std::span<const ReportRun> runs, const ReportSink& sink) {
  sink("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"glovebox\">\n");
  for (const ReportRun& run : runs) write_suite(run, sink);
  sink("</testsuites>\n");
}

}  // namespace glovebox
