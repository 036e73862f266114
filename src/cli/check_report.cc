#include "cli/check_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <tuple>

#include "cli/exit_code.h"

namespace glovebox {
namespace {

namespace json = boost::json;

bool tool_failed(const CheckedTool& tool) {
  return verdict_in_checkup(tool.job) == Verdict::kError;
}

// Its exit code reports findings, but no location could be read from its output.
bool found_unread(const CheckedTool& tool) {
  return tool.job.verdict == Verdict::kFindings && tool.counts.total == 0;
}

struct PlacedFinding {
  const Finding* finding;
  std::string_view tool;
};

std::vector<PlacedFinding> in_order_of_places(const std::vector<CheckedTool>& tools) {
  std::vector<PlacedFinding> all;
  for (const CheckedTool& tool : tools) {
    for (const Finding& finding : tool.findings) all.push_back({&finding, tool.job.tool_id.str()});
  }
  auto key = [](const PlacedFinding& placed) {
    const Finding& finding = *placed.finding;
    return std::tie(finding.place.path, finding.place.line, finding.place.column, placed.tool,
                    finding.rule, finding.message);
  };
  std::stable_sort(all.begin(), all.end(),
                   [&](const PlacedFinding& a, const PlacedFinding& b) { return key(a) < key(b); });
  return all;
}

json::object tool_json(const CheckedTool& tool) {
  std::string problem = problem_of(tool);
  std::int64_t duration = 0;
  if (tool.job.started_at && tool.job.finished_at) {
    duration = (*tool.job.finished_at - *tool.job.started_at).count();
  }
  return {{"toolId", tool.job.tool_id.str()},
          {"status", job_status_name(tool.job.status)},
          {"verdict",
           tool.job.verdict ? json::value(verdict_name(*tool.job.verdict)) : json::value(nullptr)},
          {"problem", problem.empty() ? json::value(nullptr) : json::value(problem)},
          {"counts", to_json(tool.counts)},
          {"durationMs", duration}};
}

}  // namespace

std::string problem_of(const CheckedTool& tool) {
  if (tool_failed(tool)) {
    std::string why = tool.job.message.empty() ? "failed" : tool.job.message;
    return tool.last_line.empty() ? why : fmt::format("{}: {}", why, tool.last_line);
  }
  if (tool.job.status == JobStatus::kCancelled) return "cancelled";
  if (!found_unread(tool)) return "";
  return fmt::format(
      "reported findings that are only in its output; \"glovebox run {} PATH\" shows it",
      tool.job.tool_id.str());
}

std::vector<ReportRun> report_runs(const std::vector<CheckedTool>& tools) {
  std::vector<ReportRun> runs;
  for (const CheckedTool& tool : tools) {
    ReportRun run;
    run.tool_id = tool.job.tool_id.str();
    run.tool_name = tool.name;
    run.tool_version = tool.version;
    run.rule_url = tool.rule_url;
    run.findings = tool.findings;
    run.counts = tool.counts;
    run.completed = tool.job.status == JobStatus::kCompleted;
    run.problem = problem_of(tool);
    runs.push_back(std::move(run));
  }
  return runs;
}

std::string check_json(const std::vector<CheckedTool>& tools) {
  Checkup checkup;
  FindingCounts counts;
  json::array about;
  for (const CheckedTool& tool : tools) {
    checkup.jobs.push_back(tool.job);
    counts += tool.counts;
    about.push_back(tool_json(tool));
  }
  json::array findings;
  for (const PlacedFinding& placed : in_order_of_places(tools)) {
    json::object one = to_json(*placed.finding);
    one["toolId"] = placed.tool;
    findings.push_back(std::move(one));
  }
  std::optional<Verdict> verdict = checkup.verdict();
  json::object all{
      {"status", checkup_status_name(checkup.status())},
      {"verdict", verdict ? json::value(verdict_name(*verdict)) : json::value(nullptr)},
      {"counts", to_json(counts)},
      {"tools", std::move(about)},
      {"findings", std::move(findings)}};
  return json::serialize(all);
}

int check_exit_code(const std::vector<CheckedTool>& tools, FindingSeverity fail_on) {
  auto any = [&](auto holds) { return std::any_of(tools.begin(), tools.end(), holds); };
  auto has_status = [](JobStatus status) {
    return [status](const CheckedTool& tool) { return tool.job.status == status; };
  };
  if (any(has_status(JobStatus::kCancelled))) return kExitCancelled;
  if (any(has_status(JobStatus::kTimeout))) return kExitTimeLimit;
  if (any(tool_failed)) return kExitToolFailed;
  FindingCounts counts;
  for (const CheckedTool& tool : tools) counts += tool.counts;
  std::int64_t bad = counts.error;
  if (fail_on >= FindingSeverity::kWarning) bad += counts.warning;
  if (fail_on >= FindingSeverity::kNote) bad += counts.note;
  return bad > 0 || any(found_unread) ? kExitFindings : 0;
}

}  // namespace glovebox
