// SARIF 2.1.0 (OASIS, errata 01), within what GitHub's code scanning accepts.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <map>

#include "base/clean_text.h"
#include "findings/finding_list.h"
#include "findings/report/report_entries.h"
#include "findings/rule_help.h"

namespace glovebox {
namespace {

namespace json = boost::json;

constexpr std::string_view kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
constexpr std::string_view kRoot = "%SRCROOT%";

// Indices of rules in the order of their names.
using RuleNumbers = std::map<std::string, std::size_t>;

RuleNumbers number_rules(const std::vector<ReportEntry>& entries) {
  RuleNumbers numbers;
  for (const ReportEntry& entry : entries) {
    if (!entry.path.empty()) numbers.emplace(entry_rule(entry), 0);
  }
  std::size_t next = 0;
  for (auto& [rule, number] : numbers) number = next++;
  return numbers;
}

json::object tool_of(const ReportRun& run, const RuleNumbers& rules) {
  json::array descriptions;
  for (const auto& [rule, number] : rules) {
    json::object description{{"id", rule}};
    description["shortDescription"] = {{"text", rule}};
    std::string url = rule_help_url(run.rule_url, rule);
    if (!url.empty()) {
      description["helpUri"] = url;
      description["help"] = {{"text", fmt::format("See {}", url)}};
    }
    descriptions.push_back(std::move(description));
  }
  std::string name = clean_line(run.tool_name, kMaxRuleBytes);
  json::object driver{{"name", name.empty() ? "tool" : name}};
  // Programs print "Name 1.2.3"; consumers compare values that begin with a number.
  std::string version = clean_line(run.tool_version, kMaxRuleBytes);
  std::size_t number = version.find_first_of("0123456789");
  if (number != std::string::npos) driver["version"] = version.substr(number);
  driver["rules"] = std::move(descriptions);
  return {{"driver", std::move(driver)}};
}

json::object physical_location(const SourcePlace& place, std::string_view path) {
  json::object region{{"startLine", std::max(place.line, 1)}};
  if (place.column > 0) region["startColumn"] = place.column;
  if (place.end_line > 0) region["endLine"] = place.end_line;
  if (place.end_column > 0) region["endColumn"] = place.end_column;
  json::object artifact{{"uri", path_uri(path)}, {"uriBaseId", kRoot}};
  return {{"artifactLocation", std::move(artifact)}, {"region", std::move(region)}};
}

json::array related_locations(const Finding& finding) {
  json::array related;
  for (const RelatedPlace& each : finding.related) {
    std::string path = safe_path(each.place.path);
    if (path.empty()) continue;
    json::object location{{"id", related.size() + 1}};
    location["physicalLocation"] = physical_location(mended(each.place), path);
    std::string message = clean_line(each.message, kMaxMessageBytes);
    location["message"] = {{"text", message.empty() ? "related" : message}};
    related.push_back(std::move(location));
  }
  return related;
}

json::object result_of(const ReportEntry& entry, const RuleNumbers& rules) {
  const Finding& finding = *entry.finding;
  std::string rule = entry_rule(entry);
  json::object result{{"ruleId", rule},
                      {"ruleIndex", rules.at(rule)},
                      {"level", finding_severity_name(finding.severity)},
                      {"message", {{"text", entry.message}}}};
  json::object location{{"physicalLocation", physical_location(entry.place, entry.path)}};
  result["locations"] = json::array{std::move(location)};
  if (json::array related = related_locations(finding); !related.empty()) {
    result["relatedLocations"] = std::move(related);
  }
  std::string fingerprint = clean_line(finding.fingerprint, 64);
  if (!fingerprint.empty()) {
    // GitHub uses only the first.
    result["partialFingerprints"] = {{"primaryLocationLineHash", fingerprint},
                                     {"glovebox/v1", fingerprint}};
  }
  return result;
}

// Findings without a location in the project, and the reason why a tool did not finish.
json::object invocation_of(const ReportRun& run, const std::vector<ReportEntry>& entries) {
  json::array notifications;
  auto notify = [&](std::string_view level, const std::string& text) {
    if (notifications.size() >= kMaxSarifResults) return;
    notifications.push_back(json::object{{"level", level}, {"message", {{"text", text}}}});
  };
  for (const ReportEntry& entry : entries) {
    if (!entry.path.empty()) continue;
    notify(finding_severity_name(entry.finding->severity), entry.message);
  }
  if (std::string problem = clean_line(run.problem, kMaxMessageBytes); !problem.empty()) {
    notify(run.completed ? "warning" : "error", problem);
  }
  if (run.counts.truncated) {
    notify("warning", fmt::format("{} findings were reported, of which {} were stored",
                                  run.counts.total, run.findings.size()));
  }
  json::object invocation{{"executionSuccessful", run.completed}};
  if (!notifications.empty()) invocation["toolExecutionNotifications"] = std::move(notifications);
  return invocation;
}

void write_run(const ReportRun& run, const ReportSink& sink) {
  std::vector<ReportEntry> entries = report_entries(run);
  RuleNumbers rules = number_rules(entries);
  json::object root{{"description", {{"text", "The project's top folder"}}}};
  json::object bases;
  bases[{kRoot.data(), kRoot.size()}] = std::move(root);
  json::object category{{"id", fmt::format("glovebox/{}/", clean_line(run.tool_id, 64))}};
  sink("{\"tool\":" + json::serialize(tool_of(run, rules)));
  sink(",\"automationDetails\":" + json::serialize(category));
  sink(",\"originalUriBaseIds\":" + json::serialize(bases));
  sink(",\"invocations\":[" + json::serialize(invocation_of(run, entries)) + "]");
  sink(",\"results\":[");
  std::size_t count = 0;
  for (const ReportEntry& entry : entries) {
    if (entry.path.empty() || count == kMaxSarifResults) continue;
    sink((count == 0 ? "\n" : ",\n") + json::serialize(result_of(entry, rules)));
    ++count;
  }
  sink("]}");
}

}  // namespace

void write_sarif_report(std::span<const ReportRun> runs, const ReportSink& sink) {
  sink(fmt::format("{{\"$schema\":\"{}\",\"version\":\"2.1.0\",\"runs\":[", kSchema));
  // If there are too many, those with findings come first.
  std::vector<const ReportRun*> order;
  for (const ReportRun& run : runs) order.push_back(&run);
  if (order.size() > kMaxSarifRuns) {
    std::stable_partition(order.begin(), order.end(),
                          [](const ReportRun* run) { return !run->findings.empty(); });
    order.resize(kMaxSarifRuns);
  }
  for (std::size_t i = 0; i < order.size(); ++i) {
    sink(i == 0 ? "\n" : ",\n");
    write_run(*order[i], sink);
  }
  sink("]}\n");
}

}  // namespace glovebox
