#include "mcp/results.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <chrono>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "execution/public_error.h"
#include "mcp/resource_uri.h"
#include "mcp/result_text.h"
#include "model/json.h"

namespace glovebox {
namespace {

namespace json = boost::json;

// Each link is read by the model; the structured form has all that are listed here.
constexpr std::size_t kLinks = 20;
constexpr std::size_t kListedArtifacts = 200;

json::object text_content(std::string text) {
  return {{"type", "text"}, {"text", std::move(text)}};
}

json::object report_link(const std::string& uri) {
  return {{"type", "resource_link"},
          {"uri", uri},
          {"name", "report.sarif"},
          {"title", "Findings as SARIF 2.1.0"},
          {"mimeType", "application/sarif+json"}};
}

json::object artifact_link(const JobId& id, const Artifact& artifact) {
  return {{"type", "resource_link"},
          {"uri", artifact_uri(id, artifact.path)},
          {"name", artifact.path},
          {"size", artifact.size_bytes}};
}

json::array artifact_list(const Job& job) {
  json::array list;
  for (const Artifact& artifact : job.artifacts) {
    if (list.size() == kListedArtifacts) break;
    list.push_back(json::object{{"path", artifact.path},
                                {"sizeBytes", artifact.size_bytes},
                                {"uri", artifact_uri(job.id, artifact.path)}});
  }
  return list;
}

json::value counts_or_null(const std::optional<FindingCounts>& counts) {
  return counts ? json::value(to_json(*counts)) : json::value(nullptr);
}

// Fields of `Execution`, under the names that tools have here.
json::object run_json(const Job& job) {
  json::object execution = to_json(job, SystemClock().wall_now());
  json::object run{{"runId", job.id.str()}};
  for (const char* name : {"toolId", "projectId", "status", "verdict", "reason", "message",
                           "exitCode", "signal", "usage", "queuedMs", "durationMs"}) {
    run[name] = execution[name];
  }
  run["findingCounts"] = counts_or_null(job.findings);
  run["artifacts"] = artifact_list(job);
  return run;
}

json::object checkup_json(const Checkup& checkup) {
  json::array runs;
  for (const Job& job : checkup.jobs) {
    json::object of_job = run_json(job);
    json::object run;
    for (const char* name : {"runId", "toolId", "status", "verdict", "message", "findingCounts"}) {
      run[name] = of_job[name];
    }
    runs.push_back(std::move(run));
  }
  std::optional<Verdict> verdict = checkup.verdict();
  json::object object{{"checkupId", checkup.id.str()},
                      {"projectId", checkup.project_id.str()},
                      {"status", checkup_status_name(checkup.status())}};
  object["verdict"] = verdict ? json::value(verdict_name(*verdict)) : json::value(nullptr);
  object["findingCounts"] = counts_or_null(checkup.findings());
  object["runs"] = std::move(runs);
  return object;
}

struct Found {
  std::vector<CheckupFinding> findings;  // at most kMcpFindings
  std::int64_t total = 0;                // of all, with those that were not kept
  std::string problem;                   // why they are not here; empty: they are
};

Awaitable<Found> find_findings(Findings& findings, ClientId client, const Job& job) {
  Found found;
  if (!job.findings || job.findings->total == 0) co_return found;
  found.total = job.findings->total;
  auto all = co_await findings.all(std::move(client), job.id);
  if (all.has_error()) {
    found.problem = all.error().message();
    co_return found;
  }
  const std::vector<Finding>& list = (*all)->findings;
  std::size_t count = std::min(list.size(), kMcpFindings);
  for (std::size_t i = 0; i < count; ++i) found.findings.push_back({list[i], job.tool_id});
  co_return found;
}

Awaitable<Found> find_findings(Checkups& checkups, ClientId client, const Checkup& checkup) {
  Found found;
  std::optional<FindingCounts> counts = checkup.findings();
  if (!counts || counts->total == 0) co_return found;
  found.total = counts->total;
  FindingsQuery query;
  query.limit = kMcpFindings;
  auto page = co_await checkups.findings(std::move(client), checkup.id, std::move(query));
  if (page.has_error()) {
    found.problem = page.error().message();
  } else {
    found.findings = std::move(page->findings);
  }
  co_return found;
}

enum class WithTools : bool { kNo, kYes };

void put_findings(json::object& structured, const Found& found, WithTools with) {
  json::array list;
  for (const CheckupFinding& each : found.findings) {
    json::object finding = to_json(each.finding);
    if (with == WithTools::kYes) finding["toolId"] = each.tool_id.str();
    list.push_back(std::move(finding));
  }
  structured["findingsOmitted"] =
      std::max<std::int64_t>(0, found.total - static_cast<std::int64_t>(list.size()));
  structured["findings"] = std::move(list);
}

// Where findings do not say all: of tools without findings, and of runs that did not end well.
bool needs_output(const Job& job) {
  if (!is_final(job.status)) return job.status == JobStatus::kRunning && !job.findings;
  return !job.findings || job.status != JobStatus::kCompleted ||
         (job.findings->total == 0 && job.verdict == Verdict::kError);
}

// Appends it to the text, and puts it into the structured form.
Awaitable<void> add_output(Jobs& jobs, ClientId client, const Job& job, json::object& structured,
                           std::string& text) {
  auto found = co_await jobs.find(std::move(client), job.id, WithOutput::kYes);
  if (found.has_error()) {
    text += "\n(The output cannot be read now: " + found.error().message() + ")";
    co_return;
  }
  std::vector<std::string> tail = output_tail(found->output);
  if (tail.empty()) co_return;
  std::size_t left_out = found->output.size() - tail.size();
  text +=
      left_out > 0 ? fmt::format("\nOutput, without its first {} lines:", left_out) : "\nOutput:";
  for (const std::string& line : tail) text += "\n" + line;
  structured["outputTail"] = json::array(tail.begin(), tail.end());
}

void finish_page(FoundPage& page, json::array list, const std::string& next_cursor) {
  if (list.empty()) page.text = "No findings.\n";
  page.text += next_cursor.empty() ? "This is the last page." : "nextCursor: " + next_cursor;
  page.structured["findings"] = std::move(list);
  page.structured["nextCursor"] = nullptr;
  if (!next_cursor.empty()) page.structured["nextCursor"] = next_cursor;
}

json::object with_content(json::array content, json::object structured, McpRevision revision) {
  json::object result;
  result["content"] = std::move(content);
  result["structuredContent"] = std::move(structured);
  result["isError"] = false;
  return complete_result(std::move(result), revision);
}

}  // namespace

json::object complete_result(json::object result, McpRevision revision) {
  if (revision != McpRevision::k20260728) return result;
  json::object server{{"name", "glovebox"}, {"version", GLOVEBOX_VERSION}};
  result["resultType"] = "complete";
  json::value& meta = result["_meta"];
  if (!meta.is_object()) meta = json::object();
  meta.get_object()["io.modelcontextprotocol/serverInfo"] = std::move(server);
  return result;
}

json::object structured_result(std::string text, json::object structured, McpRevision revision) {
  json::array content{text_content(std::move(text))};
  return with_content(std::move(content), std::move(structured), revision);
}

McpResult<json::object> error_result(const Error& error, McpRevision revision) {
  if (error.kind() == ErrorKind::kInternal) {
    Error shown = public_error("tools/call", error);
    return McpFault{kMcpInternalError, shown.message(), {}, 200};
  }
  std::string text = error.message();
  json::object details = to_json(error)["error"].as_object();
  if (auto after = error.retry_after()) {
    if (!text.ends_with('.')) text += '.';
    text += fmt::format(" Try again in {} s.", after->count());
    details["retryAfterSeconds"] = after->count();
  }
  json::object result;
  result["content"] = json::array{text_content(std::move(text))};
  result["isError"] = true;
  result["_meta"] = json::object{{"glovebox/error", std::move(details)}};
  return complete_result(std::move(result), revision);
}

Awaitable<json::object> run_result(Services services, ClientId client, Job job,
                                   McpRevision revision) {
  Found found = co_await find_findings(services.findings, client, job);
  json::object structured = run_json(job);
  put_findings(structured, found, WithTools::kNo);
  std::string text = headline(job);
  text += findings_text(found.findings, found.total, false, job.id.str());
  if (!found.problem.empty()) text += "\n(The findings cannot be read now: " + found.problem + ")";
  if (needs_output(job)) {
    co_await add_output(services.jobs, client, job, structured, text);
  }
  if (!is_final(job.status)) {
    auto queue = services.jobs.queue_status(client, job.id);
    structured["position"] = queue.has_value() ? queue->position : 0;
  }
  text += "\nrunId: " + job.id.str() + ", projectId: " + job.project_id.str();
  json::array content{text_content(std::move(text))};
  bool reported = is_final(job.status) && job.findings.has_value();
  structured["report"] = nullptr;
  if (reported) structured["report"] = report_uri(job.id);
  if (reported) content.push_back(report_link(report_uri(job.id)));
  for (const Artifact& artifact : job.artifacts) {
    if (content.size() > kLinks) break;
    content.push_back(artifact_link(job.id, artifact));
  }
  co_return with_content(std::move(content), std::move(structured), revision);
}

Awaitable<json::object> checkup_result(Services services, ClientId client, Checkup checkup,
                                       McpRevision revision) {
  Found found = co_await find_findings(services.checkups, client, checkup);
  json::object structured = checkup_json(checkup);
  put_findings(structured, found, WithTools::kYes);
  std::string text = headline(checkup);
  text += findings_text(found.findings, found.total, true, checkup.id.str());
  if (!found.problem.empty()) text += "\n(The findings cannot be read now: " + found.problem + ")";
  text += "\nrunId: " + checkup.id.str() + ", projectId: " + checkup.project_id.str();
  json::array content{text_content(std::move(text))};
  structured["report"] = nullptr;
  if (checkup.status() != CheckupStatus::kRunning) {
    structured["report"] = report_uri(checkup.id);
    content.push_back(report_link(report_uri(checkup.id)));
  }
  co_return with_content(std::move(content), std::move(structured), revision);
}

FoundPage page_of(const FindingsPage& page) {
  FoundPage made;
  json::array list;
  for (const ListedFinding& each : page.findings) {
    json::object finding = to_json(each.finding);
    if (!each.change.empty()) finding["change"] = each.change;
    list.push_back(std::move(finding));
    std::string change = each.change.empty() ? "" : std::string(each.change) + ": ";
    made.text += change + finding_line(each.finding, std::string()) + "\n";
  }
  finish_page(made, std::move(list), page.next_cursor);
  return made;
}

FoundPage page_of(const CheckupFindingsPage& page) {
  FoundPage made;
  json::array list;
  for (const CheckupFinding& each : page.findings) {
    json::object finding = to_json(each.finding);
    finding["toolId"] = each.tool_id.str();
    list.push_back(std::move(finding));
    made.text += finding_line(each.finding, each.tool_id.str()) + "\n";
  }
  finish_page(made, std::move(list), page.next_cursor);
  return made;
}

}  // namespace glovebox
