// JobFollower: the position of one reader in the events of a job, from its queueing to its end.
//
// It requests the next event when it can process one, so a slow reader delays nobody and no events
// are stored for it: they are derived from the job's own log. Threads: the event loop. It must not
// outlive the service.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/awaitable.h"
#include "base/error.h"
#include "execution/jobs/output_stream.h"
#include "model/finding.h"
#include "model/job.h"

namespace glovebox {

// A position in the story of a job: this many pieces of the output of that attempt were sent.
struct StoryPlace {
  // Implicit, because most stories have one attempt.
  StoryPlace(std::int64_t pieces = 0, int of_attempt = 1) : told(pieces), attempt(of_attempt) {}

  std::int64_t told;
  int attempt;
};

struct JobEvent {
  // Sent first, and at each change of state or position except the last. With a greater `attempt`
  // than before, the earlier run is lost and the output starts again.
  struct Status {
    JobStatus status = JobStatus::kQueued;
    std::int64_t position = 0;
    std::chrono::milliseconds estimated_wait{0};
    int attempt = 1;
    bool operator==(const Status&) const = default;
  };
  // Consecutive pieces of one stream; invalid UTF-8 replaced.
  struct Output {
    OutputStream stream = OutputStream::kStdout;
    std::string text;
  };
  // The number of findings, as it grows: at most one such event per 250 ms, and one before Complete
  // if there are more by then. Not sent for a job that ended before it was followed.
  struct FindingsSoFar {
    FindingCounts counts;
    std::vector<Finding> latest;  // the newest of those since the last such event; at most 20
  };
  // The job could not be run, because of a failure of Glovebox; Complete follows.
  struct Failure {
    std::string message;
  };
  // Sent last, once.
  struct Complete {
    std::shared_ptr<const Job> job;  // not null
  };
  std::variant<Status, Output, FindingsSoFar, Failure, Complete> what;
  // How many pieces of output of this attempt have been sent up to and including this event: where
  // another follower continues.
  std::int64_t told = 0;
  int attempt = 1;
};

class JobFollower {
 public:
  virtual ~JobFollower() = default;
  // The next event; nothing if there was none for that long, or stop() was called. Do not call
  // after Complete.
  virtual Awaitable<std::optional<JobEvent>> next(std::chrono::milliseconds patience) = 0;
  // This process sends no more events, although the job has not ended.
  virtual bool over() const = 0;
  // Ends a waiting next(), and every later one. Idempotent.
  virtual void stop() = 0;
};

}  // namespace glovebox
