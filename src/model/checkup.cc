#include "model/checkup.h"

#include <algorithm>

#include "model/json.h"

namespace glovebox {
namespace {

namespace json = boost::json;

bool all_ended(const std::vector<Job>& jobs) {
  return std::all_of(jobs.begin(), jobs.end(), [](const Job& job) { return is_final(job.status); });
}

int badness(Verdict verdict) {
  switch (verdict) {
    case Verdict::kNothingToDo:
      return 0;
    case Verdict::kClean:
      return 1;
    case Verdict::kFindings:
      return 2;
    case Verdict::kError:
      break;
  }
  return 3;
}

}  // namespace

std::string_view checkup_status_name(CheckupStatus status) {
  switch (status) {
    case CheckupStatus::kRunning:
      return "running";
    case CheckupStatus::kCompleted:
      return "completed";
    case CheckupStatus::kCancelled:
      break;
  }
  return "cancelled";
}

CheckupStatus Checkup::status() const {
  if (!all_ended(jobs)) return CheckupStatus::kRunning;
  bool cancelled = std::any_of(jobs.begin(), jobs.end(),
                               [](const Job& job) { return job.status == JobStatus::kCancelled; });
  return cancelled ? CheckupStatus::kCancelled : CheckupStatus::kCompleted;
}

std::optional<WallTime> Checkup::finished_at() const {
  if (!all_ended(jobs)) return std::nullopt;
  WallTime last = created_at;
  for (const Job& job : jobs) last = std::max(last, job.finished_at.value_or(last));
  return last;
}

std::optional<Verdict> verdict_in_checkup(const Job& job) {
  if (job.status == JobStatus::kCancelled || !is_final(job.status)) return std::nullopt;
  if (job.status != JobStatus::kCompleted) return Verdict::kError;
  return job.verdict.value_or(Verdict::kClean);
}

std::optional<Verdict> Checkup::verdict() const {
  std::optional<Verdict> worst;
  if (!all_ended(jobs)) return worst;
  for (const Job& job : jobs) {
    std::optional<Verdict> one = verdict_in_checkup(job);
    if (one && (!worst || badness(*one) > badness(*worst))) worst = one;
  }
  return worst;
}

std::optional<FindingCounts> Checkup::findings() const {
  std::optional<FindingCounts> sum;
  for (const Job& job : jobs) {
    if (!job.findings) continue;
    if (!sum) sum.emplace();
    *sum += *job.findings;
  }
  return sum;
}

json::object to_json(const Checkup& checkup, WallTime now) {
  json::array jobs;
  jobs.reserve(checkup.jobs.size());
  for (const Job& job : checkup.jobs) jobs.push_back(to_json(job, now));
  std::optional<Verdict> verdict = checkup.verdict();
  std::optional<WallTime> finished = checkup.finished_at();
  std::string self = "/api/checkups/" + checkup.id.str();
  std::optional<FindingCounts> findings = checkup.findings();
  json::object links{{"self", self},
                     {"stream", "/api/stream/" + checkup.id.str()},
                     {"findings", self + "/findings"},
                     {"report", self + "/report"}};
  return {{"checkupId", checkup.id.str()},
          {"projectId", checkup.project_id.str()},
          {"status", checkup_status_name(checkup.status())},
          {"verdict", verdict ? json::value(verdict_name(*verdict)) : json::value(nullptr)},
          {"findings", findings ? json::value(to_json(*findings)) : json::value(nullptr)},
          {"jobs", std::move(jobs)},
          {"createdAt", format_rfc3339(checkup.created_at)},
          {"finishedAt", finished ? json::value(format_rfc3339(*finished)) : json::value(nullptr)},
          {"links", std::move(links)}};
}

}  // namespace glovebox
