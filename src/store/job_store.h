// JobStore: jobs as they outlive the process. What waits or runs lives in memory; the store has
// what must survive.
//
// Threads: called on the event loop, completes there, in the order of the calls. An Error is
// kInternal (the disk; errno_value() as store/sqlite.h lists it), or kQueueFull (more than the
// store takes at a time), and means that nothing was written. fails_for_good() tells whether the
// same write may succeed later.
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
  std::string output;  // as OutputLog::encode() made it; empty when not asked for
};

enum class WithOutput { kNo, kYes };

// Whether a write may wait for others, a millisecond at most, and share their commit: worth it
// where more of them come at this moment, and something else is done meanwhile.
enum class Pace { kAtOnce, kShared };

// A job as it was accepted, and what is kept beside it.
struct AcceptedJob {
  Job job;
  // What a later process needs to run it, in the words of whoever runs it; kept until its end.
  // Empty: it goes with the process.
  std::string request;
  // Names it among its owner's jobs for as long as it is kept. Empty: nothing does.
  std::string idempotency_key;
  std::string fingerprint;  // of what came with the key
};

struct KeyedJob {
  JobId id;
  std::string fingerprint;
};

struct UnfinishedJob {
  Job job;
  std::string request;  // as AcceptedJob had it
};

// Jobs of one owner, newest first; of two of the same millisecond the greater id first.
struct JobQuery {
  ClientId owner;
  std::optional<JobStatus> status;
  std::optional<ToolId> tool_id;
  // Only those behind this one in that order.
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

  // A job that was just accepted. On disk when this completes: power may fail and it is known.
  // Where its owner has a job of its key already, that one is returned and nothing is written.
  virtual Awaitable<Result<std::optional<KeyedJob>>> add_job(AcceptedJob accepted) = 0;
  virtual Awaitable<Result<std::optional<KeyedJob>>> find_keyed_job(ClientId owner,
                                                                    std::string key) = 0;
  // It runs now; only started_at and isolation are new. Survives the process, power perhaps not.
  virtual Awaitable<Result<void>> start_job(Job job) = 0;
  // One that was never added and has ended. On disk when this completes. Never refused for want of
  // room.
  virtual Awaitable<Result<void>> add_ended_job(Job job, std::string output, Pace pace) = 0;
  // Its end, with the output kept. Never refused for want of room.
  virtual Awaitable<Result<void>> end_job(Job job, std::string output, Pace pace) = 0;

  virtual Awaitable<Result<std::optional<StoredJob>>> find_job(JobId id, WithOutput with) = 0;

  virtual Awaitable<Result<std::vector<Job>>> find_jobs(JobQuery query) = 0;

  // All that have no end yet, in the order in which they were added. For the start, when they are
  // what an earlier process left.
  virtual Awaitable<Result<std::vector<UnfinishedJob>>> unfinished_jobs() = 0;
  // Removes at most `limit` jobs that ended before `time`, oldest first. Returns how many.
  virtual Awaitable<Result<std::int64_t>> remove_jobs_ended_before(WallTime time,
                                                                   std::int64_t limit) = 0;
};

}  // namespace glovebox
