// JobFollower: one reader's place in the story of a job, from its queueing to its end.
//
// It asks for what is next when it can take more, so a slow one holds nothing up and nothing is
// kept for it: the story is the job's own log. Threads: the event loop. It must not outlive the
// service.
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

struct JobEvent {
  // First, and at each change of state or place but the last.
  struct Status {
    JobStatus status = JobStatus::kQueued;
    std::int64_t position = 0;
    std::chrono::milliseconds estimated_wait{0};
    bool operator==(const Status&) const = default;
  };
  // Pieces of one stream that follow each other; bad UTF-8 replaced.
  struct Output {
    OutputStream stream = OutputStream::kStdout;
    std::string text;
  };
  // How many findings there are, as their number grows: at most one each 250 ms, and one before
  // Complete if there are more by then. Not told of a job that ended before it was followed.
  struct FindingsSoFar {
    FindingCounts counts;
    std::vector<Finding> latest;  // of those since the last such event, the newest; at most 20
  };
  // The job could not be run, and that is our fault; Complete follows.
  struct Failure {
    std::string message;
  };
  // Last, once.
  struct Complete {
    std::shared_ptr<const Job> job;  // not null
  };
  std::variant<Status, Output, FindingsSoFar, Failure, Complete> what;
  // How many pieces of output have been told, with this event: where another follower goes on.
  std::int64_t told = 0;
};

class JobFollower {
 public:
  virtual ~JobFollower() = default;
  // The next event; nothing where there was none for so long, or stop() was called. Not after
  // Complete.
  virtual Awaitable<std::optional<JobEvent>> next(std::chrono::milliseconds patience) = 0;
  // Nothing more will come from this process, though the job has not ended.
  virtual bool over() const = 0;
  // Ends a next() that waits, and every later one. Idempotent.
  virtual void stop() = 0;
};

}  // namespace glovebox
