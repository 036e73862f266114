// GitLab's Code Quality: a JSON array.
#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <unordered_map>

#include "base/sha256.h"
#include "findings/report/report_entries.h"

namespace glovebox {
namespace {

namespace json = boost::json;

std::string_view gitlab_severity(FindingSeverity severity) {
  switch (severity) {
    case FindingSeverity::kError:
      return "major";
    case FindingSeverity::kWarning:
      return "minor";
    case FindingSeverity::kNote:
      return "info";
  }
  return "minor";
}

// GitLab shows one finding for each fingerprint, so two tools must not have the same.
std::string gitlab_fingerprint(const ReportEntry& entry,
                               std::unordered_map<std::string, int>& seen) {
  const Finding& finding = *entry.finding;
  std::string identity = entry.run->tool_id + '\n' + finding.fingerprint;
  if (finding.fingerprint.empty()) {
    identity += entry.path + '\n' + entry_rule(entry) + '\n' + entry.message;
  }
  if (int number = seen[identity]++; number > 0) identity += '\n' + std::to_string(number);
  Sha256 hash;
  hash.update(identity);
  return hash.finish().substr(0, 32);
}

}  // namespace

void write_gitlab_report(std::span<const ReportRun> runs, const ReportSink& sink) {
  sink("[");
  bool first = true;
  std::unordered_map<std::string, int> seen;
  std::vector<ReportEntry> entries = report_entries(runs);
  for (const ReportEntry& entry : entries) {
    if (entry.path.empty()) continue;
    const SourcePlace& place = entry.place;
    json::object lines{{"begin", std::max(place.line, 1)}};
    if (place.end_line > 0) lines["end"] = place.end_line;
    json::object location{{"path", entry.path}, {"lines", std::move(lines)}};
    json::object issue{{"description", entry.message},
                       {"check_name", entry_rule(entry)},
                       {"fingerprint", gitlab_fingerprint(entry, seen)},
                       {"severity", gitlab_severity(entry.finding->severity)},
                       {"location", std::move(location)}};
    sink((first ? "\n" : ",\n") + json::serialize(issue));
    first = false;
  }
  sink(first ? "]\n" : "\n]\n");
}

}  // namespace glovebox
