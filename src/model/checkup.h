// Checkup: several tools on one project, submitted as one. All of its changing state is derived
// from its jobs.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "model/finding.h"
#include "model/ids.h"
#include "model/job.h"

namespace glovebox {

enum class CheckupStatus { kRunning, kCompleted, kCancelled };
// "running", "completed", "cancelled".
std::string_view checkup_status_name(CheckupStatus status);

// What is fixed when it is accepted.
struct CheckupRecord {
  CheckupId id;
  ProjectId project_id;
  ClientId owner;
  WallTime created_at;
};

struct Checkup : CheckupRecord {
  Checkup() = default;
  explicit Checkup(CheckupRecord record) : CheckupRecord(std::move(record)) {}

  std::vector<Job> jobs;  // one for each tool, in the order of the request

  // Running until every job has ended; then cancelled if one of them was.
  CheckupStatus status() const;
  // When its last job ended; nothing while one has not ended.
  std::optional<WallTime> finished_at() const;
  // The worst verdict of its jobs, when all have ended: error, findings, clean, nothing-to-do. A
  // tool that failed without a verdict counts as error. A cancelled job does not count.
  std::optional<Verdict> verdict() const;
  // The sum of what its jobs found so far; nothing if no job's output is read for findings.
  std::optional<FindingCounts> findings() const;
};

// What a job counts for in the verdict of its check-up; nothing: it does not count.
std::optional<Verdict> verdict_in_checkup(const Job& job);

// `Checkup` of the HTTP API. For jobs that have not ended, times run up to `now`.
boost::json::object to_json(const Checkup& checkup, WallTime now);

}  // namespace glovebox
