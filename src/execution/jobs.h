// Jobs: submit, wait, watch, cancel.
//
// Jobs of another owner are kNotFound, as if they did not exist. A call that changes something runs
// to its end even if the awaiting coroutine is cancelled: transports wait for these calls or for
// their client's disconnection, whichever comes first. Threads: the event loop.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/awaitable.h"
#include "base/memory_budget.h"
#include "base/result.h"
#include "execution/jobs/job_follower.h"
#include "model/finding.h"
#include "model/job.h"

namespace glovebox {

// Whether a job ends with the connection that submitted it, or continues without it, if necessary
// in the server's next process.
enum class Lifetime : std::uint8_t { kConnection, kItsOwn };

struct ExecuteRequest {
  ToolId tool_id;
  ProjectId project_id;
  boost::json::object parameters;
  std::string stdin_text;
  std::optional<std::chrono::milliseconds> timeout;  // can only lower the tool's own
  Lifetime lifetime = Lifetime::kConnection;
  // A request with the same key returns the same job, as long as it is stored. Empty: none.
  std::string idempotency_key;
  // Gets the end, if Webhooks::check_request_url() has accepted it. Empty: none.
  std::string webhook_url = {};
};

struct SubmittedJob {
  JobId id;
  bool repeated = false;  // the job of an earlier request with the same key
};

// Values of the RateLimit headers, after a request was counted. A limit of 0 is off.
struct RateLimitState {
  std::int64_t limit = 0;
  std::int64_t remaining = 0;
  std::chrono::seconds window{3600};
  std::chrono::seconds reset{0};  // until one more is available; 0: none is used
  // Queued or running now, and how many may be; 0: any number.
  std::int64_t jobs = 0;
  std::int64_t concurrent = 0;
};

struct QueueStatus {
  std::int64_t position = 0;  // of the caller's job, or of a new one; 0: running
  std::int64_t pending = 0;
  std::int64_t running = 0;
  std::int64_t concurrency = 0;
  std::int64_t capacity = 0;
  std::chrono::milliseconds estimated_wait{0};
};

struct ExecutionResult {
  Job job;
  // Lines of both streams, in the order read; UTF-8, invalid bytes replaced.
  std::vector<std::string> output;
  // The memory that the response may use: hold it until the response is sent.
  std::shared_ptr<MemoryBudget::Share> memory;
};

// The caller's own jobs, newest first.
struct HistoryQuery {
  std::optional<JobStatus> status;
  std::optional<ToolId> tool_id;
  std::string cursor;  // of an earlier page; empty: start with the newest
  std::int64_t limit = 50;
};
struct HistoryPage {
  std::vector<Job> jobs;
  std::string next_cursor;  // empty: the last page
};

enum class CancelResult { kCancelling, kAlreadyEnded };

class Jobs {
 public:
  virtual ~Jobs() = default;

  // Validates, admits and queues. A job with its own lifetime is recorded before this returns.
  // kUnprocessable if the request differs from the earlier one with its key.
  virtual Awaitable<Result<SubmittedJob>> submit(ClientId client, ExecuteRequest request) = 0;
  virtual RateLimitState rate_limit(const ClientId& client) const = 0;
  // Waits until the job has ended. Several callers may wait for one job. kQueueFull if the server
  // shuts down while the job waits for a slot: the next process runs it.
  virtual Awaitable<Result<ExecutionResult>> wait(JobId id) = 0;
  virtual Awaitable<Result<ExecutionResult>> find(ClientId caller, JobId id, WithOutput with) = 0;
  // The stored output so far, byte for byte.
  virtual Awaitable<Result<std::string>> raw_output(ClientId caller, JobId id) = 0;
  // What it has found (so far); empty if its output is not read for findings.
  virtual Awaitable<Result<std::vector<Finding>>> findings(ClientId caller, JobId id) = 0;
  // kValidation for a cursor that this service did not create.
  virtual Awaitable<Result<HistoryPage>> history(ClientId caller, HistoryQuery query) = 0;
  // Follows a job in any state, after `after`; from the first event of its current attempt if
  // `after` is in an earlier one. kValidation if the job has not come that far.
  virtual Awaitable<Result<std::unique_ptr<JobFollower>>> follow(ClientId caller, JobId id,
                                                                 StoryPlace after) = 0;
  virtual Awaitable<Result<CancelResult>> cancel(ClientId caller, JobId id) = 0;
  // The client has disconnected and does not need the result. A job with its own lifetime
  // continues.
  virtual void abandon(const JobId& id) = 0;
  // kNotFound if the caller has no such waiting or running job.
  virtual Result<QueueStatus> queue_status(const ClientId& caller,
                                           const std::optional<JobId>& id) const = 0;
};

}  // namespace glovebox
