// JobStore: the jobs that survive a restart. Queued and running jobs are in memory; the store has
// what must be durable.
//
// Threads: called on the event loop, completes there, in the order of the calls. An Error means
// that nothing was written. It is kInternal (the disk; see store/sqlite.h for errno_value()) or
// kQueueFull (too many requests). fails_for_good() tells whether a retry can succeed.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/awaitable.h"
#include "base/clock.h"
#include "base/result.h"
#include "model/job.h"

namespace glovebox {

struct StoredJob {
  Job job;
  std::string output;  // from OutputLog::encode(); empty if not requested
  // In a form that only the caller interprets; empty: none. Only written this way: find_findings()
  // reads it.
  std::string findings = {};
};

// Whether a write may wait up to a millisecond to share a commit with others. Useful if more writes
// are about to come and the caller has other work meanwhile.
enum class Pace { kAtOnce, kShared };

// An accepted job and the data stored with it.
struct AcceptedJob {
  Job job;
  // What a later process needs to run the job, in a form that only the caller interprets. Stored
  // until the job's end. Empty: the job is not recovered after a restart.
  std::string request;
  // Identifies the job among its owner's jobs as long as it is stored. May be empty.
  std::string idempotency_key;
  std::string fingerprint;  // hash of the request that came with the key
};

struct KeyedJob {
  JobId id;
  std::string fingerprint;
};

struct UnfinishedJob {
  Job job;
  std::string request;  // from AcceptedJob
  CheckupId checkup;    // empty: it belongs to none
};

// Jobs of one owner, newest first. Within the same millisecond, the greater id comes first.
struct JobQuery {
  ClientId owner;
  std::optional<JobStatus> status;
  std::optional<ToolId> tool_id;
  // Only jobs after this one in that order.
  struct Place {
    WallTime created_at;
    JobId id;
  };
  std::optional<Place> behind;
  std::int64_t limit = 50;
};

class JobStore {
 public:
  virtual ~JobStore() = default;

  // Adds an accepted job. It is on disk when this completes and survives a power failure. If its
  // owner already has a job with its key, returns that job and writes nothing.
  virtual Awaitable<Result<std::optional<KeyedJob>>> add_job(AcceptedJob accepted) = 0;
  virtual Awaitable<Result<std::optional<KeyedJob>>> find_keyed_job(ClientId owner,
                                                                    std::string key) = 0;
  // This process runs the job; only status, started_at, isolation and attempt are updated. Survives
  // a crash of the process, but possibly not a power failure. A store for one process grants every
  // claim; a shared one returns kConflict if another process has the job.
  virtual Awaitable<Result<void>> claim(Job job) = 0;
  // The run of the job is lost: it waits again, as job.attempt, and its start is forgotten. On disk
  // when this completes, because followers learn the attempt. Never refused because the queue is
  // full.
  virtual Awaitable<Result<void>> requeue(Job job) = 0;
  // Extends a claim that would expire; kConflict if it is lost. In a store for one process a claim
  // lasts until end(), so this completes at once.
  virtual Awaitable<Result<void>> renew(JobId job) = 0;
  // Adds a job that has already ended. On disk when this completes. Never refused because the queue
  // is full.
  virtual Awaitable<Result<void>> add_ended(StoredJob ended, Pace pace) = 0;
  // Records the end of a job with its output and findings, all or nothing. Never refused because
  // the queue is full.
  virtual Awaitable<Result<void>> end(StoredJob ended, Pace pace) = 0;

  virtual Awaitable<Result<std::optional<StoredJob>>> find_job(JobId id, WithOutput with) = 0;
  // Empty if the job does not exist or has none.
  virtual Awaitable<Result<std::string>> find_findings(JobId id) = 0;

  virtual Awaitable<Result<std::vector<Job>>> find_jobs(JobQuery query) = 0;

  // All jobs without an end, in the order in which they were added. Call at the start: then they
  // are the jobs that an earlier process left.
  virtual Awaitable<Result<std::vector<UnfinishedJob>>> unfinished_jobs() = 0;
  // Removes at most `limit` jobs that ended before `time`, oldest first; those of a check-up only
  // once all of its jobs did. Returns the number removed.
  virtual Awaitable<Result<std::int64_t>> remove_jobs_ended_before(WallTime time,
                                                                   std::int64_t limit) = 0;
};

}  // namespace glovebox
