#include "findings/report/report_entries.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/clean_text.h"
#include "findings/finding_list.h"
#include "findings/project_paths.h"

namespace glovebox {
namespace {

void append_entries(const ReportRun& run, std::vector<ReportEntry>& entries) {
  for (const Finding& finding : run.findings) {
    ReportEntry entry{&finding, &run, safe_path(finding.place.path), mended(finding.place),
                      clean_line(finding.message, kMaxMessageBytes)};
    if (entry.path.empty() && !finding.place.path.empty()) {
      entry.message = clean_line(finding.place.path, kMaxPathBytes) + ": " + entry.message;
    }
    if (entry.message.empty()) entry.message = "no message";
    entries.push_back(std::move(entry));
  }
}

void sort_entries(std::vector<ReportEntry>& entries) {
  auto key = [](const ReportEntry& entry) {
    const SourcePlace& place = entry.place;
    return std::tie(entry.path, place.line, place.column, entry.finding->rule, entry.message);
  };
  std::stable_sort(entries.begin(), entries.end(),
                   [&](const ReportEntry& a, const ReportEntry& b) { return key(a) < key(b); });
}

}  // namespace

std::vector<ReportEntry> report_entries(const ReportRun& run) {
  std::vector<ReportEntry> entries;
  append_entries(run, entries);
  sort_entries(entries);
  return entries;
}

std::vector<ReportEntry> report_entries(std::span<const ReportRun> runs) {
  std::vector<ReportEntry> entries;
  for (const ReportRun& run : runs) append_entries(run, entries);
  sort_entries(entries);
  return entries;
}

std::string entry_rule(const ReportEntry& entry) {
  std::string rule = clean_line(entry.finding->rule, kMaxRuleBytes);
  return rule.empty() ? clean_line(entry.run->tool_id, kMaxRuleBytes) : rule;
}

std::string safe_path(std::string_view path) {
  bool inside = !path.starts_with('/') && normal_path(path) == path &&
                inert_line(path, kMaxPathBytes) == path;
  return inside ? std::string(path) : "";
}

std::string path_uri(std::string_view path) {
  std::string uri;
  for (char c : path) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 std::string_view("-._~/").find(c) != std::string_view::npos;
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return uri;
}

std::string xml_text(std::string_view text) {
  std::string escaped;
  for (char c : inert_line(text, text.size() * 3)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&apos;";
        break;
      case '\t':
        escaped += "&#9;";
        break;
      default:
        escaped += c;
    }
  }
  // XML 1.0 does not allow U+FFFE and U+FFFF.
  for (std::string_view no_character : {"\xEF\xBF\xBE", "\xEF\xBF\xBF"}) {
    for (std::size_t at; (at = escaped.find(no_character)) != std::string::npos;) {
      escaped.replace(at, no_character.size(), "\xEF\xBF\xBD");
    }
  }
  return escaped;
}

}  // namespace glovebox
