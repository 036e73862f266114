// Findings for a person at a terminal.
#include <fmt/format.h>

#include <set>

#include "base/clean_text.h"
#include "findings/finding_list.h"
#include "findings/report/report_entries.h"

namespace glovebox {
namespace {

constexpr std::size_t kMaxShownBytes = 200;  // of a line of source

class Painter {
 public:
  explicit Painter(TextColours colours) : on_(colours == TextColours::kOn) {}

  std::string bold(std::string_view text) const { return paint("1", text); }
  std::string dim(std::string_view text) const { return paint("2", text); }
  std::string severity(FindingSeverity severity) const {
    constexpr std::string_view codes[] = {"1;31", "1;33", "1;36"};
    return paint(codes[static_cast<int>(severity)], finding_severity_name(severity));
  }
  std::string caret(std::string_view text) const { return paint("1;32", text); }

 private:
  std::string paint(std::string_view code, std::string_view text) const {
    return on_ ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
  }

  bool on_;
};

// As many spaces as characters before the column. Columns are interpreted as bytes; a character of
// several bytes counts once, so the caret may be slightly off if a tool counts otherwise.
std::string indent_to(std::string_view line, std::int32_t column) {
  std::string indent;
  std::size_t end = std::min(line.size(), static_cast<std::size_t>(column) - 1);
  for (char c : line.substr(0, end)) {
    if (c == '\t') {
      indent += '\t';
    } else if ((c & 0xC0) != 0x80) {
      indent += ' ';
    }
  }
  return indent;
}

class TextReport {
 public:
  TextReport(const ReportSink& sink, const TextReportOptions& options, bool several_tools)
      : sink_(sink), paint_(options.colours), several_tools_(several_tools) {
    if (options.source != nullptr) source_.emplace(*options.source);
  }

  void write(const ReportEntry& entry) {
    if (!has_file_ || entry.path != file_) begin_file(entry.path);
    const Finding& finding = *entry.finding;
    std::string rule = clean_line(finding.rule, 256);
    std::string origin = several_tools_ ? entry.run->tool_id : "";
    if (!rule.empty()) origin += (origin.empty() ? "" : " ") + rule;
    if (!origin.empty()) origin = "  " + paint_.dim("[" + clean_line(origin, 400) + "]");
    sink_(fmt::format("  {}{}: {}{}\n", at(entry.place), paint_.severity(finding.severity),
                      entry.message, origin));
    show_line(entry.path, entry.place);
    for (const RelatedPlace& related : finding.related) {
      std::string path = safe_path(related.place.path);
      sink_(fmt::format("      {}{}{}\n", path.empty() ? "" : path + ":", at(mended(related.place)),
                        clean_line(related.message, 1000)));
    }
  }

 private:
  void begin_file(const std::string& path) {
    if (has_file_) sink_("\n");
    has_file_ = true;
    file_ = path;
    sink_(paint_.bold(path.empty() ? "(no file)" : path) + "\n");
  }

  static std::string at(const SourcePlace& place) {
    if (place.line == 0) return "";
    if (place.column == 0) return fmt::format("{}: ", place.line);
    return fmt::format("{}:{}: ", place.line, place.column);
  }

  void show_line(const std::string& path, const SourcePlace& place) {
    if (!source_ || place.line == 0) return;
    std::string line = inert_line(source_->line(path, place.line), kMaxShownBytes);
    if (line.find_first_not_of(" \t") == std::string::npos) return;
    sink_(fmt::format("      {}\n", line));
    bool shown = place.column > 0 && static_cast<std::size_t>(place.column) <= line.size() + 1;
    if (shown) sink_(fmt::format("      {}{}\n", indent_to(line, place.column), paint_.caret("^")));
  }

  const ReportSink& sink_;
  Painter paint_;
  bool several_tools_;
  std::optional<SourceLines> source_;
  bool has_file_ = false;
  std::string file_;
};

std::string plural(std::int64_t number, std::string_view noun) {
  return fmt::format("{} {}{}", number, noun, number == 1 ? "" : "s");
}

void write_sum(std::span<const ReportRun> runs, const std::vector<ReportEntry>& entries,
               const ReportSink& sink) {
  FindingCounts counts;
  bool all_known = true;
  for (const ReportRun& run : runs) {
    counts += run.counts;
    if (run.completed && run.problem.empty()) continue;
    all_known = false;
    sink(fmt::format("{}: {}\n", clean_line(run.tool_id, 64),
                     run.problem.empty() ? "failed" : clean_line(run.problem, 1000)));
  }
  if (counts.total == 0 && entries.empty()) {
    sink(all_known ? "clean\n" : "no places were found\n");
    return;
  }
  std::set<std::string_view> files;
  for (const ReportEntry& entry : entries) {
    if (!entry.path.empty()) files.insert(entry.path);
  }
  std::string sum = plural(counts.total, "finding");
  if (!files.empty()) sum += " in " + plural(static_cast<std::int64_t>(files.size()), "file");
  sum += fmt::format(": {}, {}, {}", plural(counts.error, "error"),
                     plural(counts.warning, "warning"), plural(counts.note, "note"));
  if (counts.truncated) sum += fmt::format("; only {} are listed", entries.size());
  sink(sum + "\n");
}

}  // namespace

void write_text_report(std::span<const ReportRun> runs, const ReportSink& sink,
                       const TextReportOptions& options) {
  std::vector<ReportEntry> entries = report_entries(runs);
  TextReport report(sink, options, runs.size() > 1);
  for (const ReportEntry& entry : entries) report.write(entry);
  if (!entries.empty()) sink("\n");
  write_sum(runs, entries, sink);
}

}  // namespace glovebox
