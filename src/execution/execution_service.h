// ExecutionService: submit, wait, watch, cancel. Transports are thin shells over it.
//
// Threads: the event-loop thread owns all of it. Blocking work (archives, SQLite) goes to the pools
// that it was given and comes back to the loop.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/awaitable.h"
#include "base/health_board.h"
#include "base/memory_budget.h"
#include "base/result.h"
#include "base/unique_fd.h"
#include "execution/jobs/job_follower.h"
#include "model/isolation.h"
#include "model/job.h"
#include "model/project.h"
#include "model/tool.h"
#include "store/storage_ledger.h"

namespace glovebox {

// Whether a job ends with the connection it came by, or goes on without it, if need be in the
// server's next life.
enum class Lifetime : std::uint8_t { kConnection, kItsOwn };

struct ExecuteRequest {
  ToolId tool_id;
  ProjectId project_id;
  boost::json::object parameters;
  std::string stdin_text;
  std::optional<std::chrono::milliseconds> timeout;  // can only lower the tool's own
  Lifetime lifetime = Lifetime::kConnection;
  // The same key again, for as long as the job is kept, is the same job. Empty: none.
  std::string idempotency_key;
};

struct SubmittedJob {
  JobId id;
  bool repeated = false;  // it was there already, by its key
};

// Numbers for RateLimit headers, as they stand after a request was counted. A limit of 0 is off.
struct RateLimitState {
  std::int64_t limit = 0;
  std::int64_t remaining = 0;
  std::chrono::seconds window{3600};
  std::chrono::seconds reset{0};
};

struct QueueStatus {
  std::int64_t position = 0;  // of the caller's job; else where a new one would stand; 0: running
  std::int64_t pending = 0;
  std::int64_t running = 0;
  std::int64_t concurrency = 0;
  std::int64_t capacity = 0;
  std::chrono::milliseconds estimated_wait{0};
};

struct ExecutionResult {
  Job job;
  std::vector<std::string>
      output;  // lines, both streams in the order read; UTF-8, bad bytes replaced
  // What the answer may take of the server's memory: hold it until the answer is sent.
  std::shared_ptr<MemoryBudget::Share> memory;
};

// The caller's own jobs, newest first.
struct HistoryQuery {
  std::optional<JobStatus> status;
  std::optional<ToolId> tool_id;
  std::string cursor;  // as an earlier page gave it; empty: from the newest on
  std::int64_t limit = 50;
};
struct HistoryPage {
  std::vector<Job> jobs;
  std::string next_cursor;  // empty: there is no more
};

// All that a job made, as one zip that is made while it is read.
class ArtifactZip {
 public:
  virtual ~ArtifactZip() = default;
  // The next bytes; empty at the end. After an Error, what was read so far is worth nothing.
  virtual Awaitable<Result<std::string>> next() = 0;
};

enum class CancelResult { kCancelling, kAlreadyEnded };

class ExecutionService {
 public:
  virtual ~ExecutionService() = default;

  // Tools as they stand now (availability refreshed at most every few seconds).
  virtual const std::vector<Tool>& tools() = 0;
  virtual Result<const Tool*> tool(const ToolId& id) = 0;

  // Room on the disk for what a client is about to send: `bytes` of it, or as far as they are
  // known; it can grow. Hold it until the project is made. kQueueFull where the storage is full,
  // kRateLimit where the client has its share.
  virtual Awaitable<Result<StorageLedger::Room>> make_room(ClientId owner, ByteCount bytes) = 0;
  // A file descriptor to stream an upload into; then the project made from it.
  virtual Awaitable<Result<UniqueFd>> create_upload() = 0;
  // Here and in project_details(), Project::suits is filled in.
  virtual Awaitable<Result<Project>> add_project(ClientId owner, std::string name, UniqueFd archive,
                                                 ArchiveOptions options) = 0;
  virtual Awaitable<Result<Project>> add_example(ClientId owner, ToolId tool,
                                                 std::string example) = 0;
  // Of another owner: kNotFound, as if it did not exist. The same for jobs.
  virtual Awaitable<Result<Project>> project(ClientId caller, ProjectId id) = 0;
  virtual Awaitable<Result<ProjectDetails>> project_details(ClientId caller, ProjectId id) = 0;
  virtual Awaitable<Result<UniqueFd>> open_project_file(ClientId caller, ProjectId id,
                                                        std::string path) = 0;
  virtual Awaitable<Result<void>> remove_project(ClientId caller, ProjectId id) = 0;

  // Takes up the jobs that an earlier process left, then begins the upkeep: once, before all else.
  virtual Awaitable<void> start() = 0;

  // Validates, admits and queues. The job is recorded before this returns. kUnprocessable where
  // the request differs from the earlier one of its key.
  virtual Awaitable<Result<SubmittedJob>> submit(ClientId client, ExecuteRequest request) = 0;
  virtual RateLimitState rate_limit(const ClientId& client) const = 0;
  // Until the job has ended. Several may wait for one job. kQueueFull where it waits when the
  // server goes down, and stays for its next life.
  virtual Awaitable<Result<ExecutionResult>> wait(JobId id) = 0;
  virtual Awaitable<Result<ExecutionResult>> find(ClientId caller, JobId id, bool with_output) = 0;
  // What is kept of the output, byte for byte, so far.
  virtual Awaitable<Result<std::string>> raw_output(ClientId caller, JobId id) = 0;
  // A file that the job made or changed, by the path in its record.
  virtual Awaitable<Result<UniqueFd>> open_artifact(ClientId caller, JobId id,
                                                    std::string path) = 0;
  virtual Awaitable<Result<std::unique_ptr<ArtifactZip>>> artifact_zip(ClientId caller,
                                                                       JobId id) = 0;
  // kValidation for a cursor that we did not give.
  virtual Awaitable<Result<HistoryPage>> history(ClientId caller, HistoryQuery query) = 0;
  // Follows a job, whatever its state, behind the first `after` pieces of its output. kValidation
  // where it has fewer.
  virtual Awaitable<Result<std::unique_ptr<JobFollower>>> follow(ClientId caller, JobId id,
                                                                 std::int64_t after) = 0;
  virtual Awaitable<Result<CancelResult>> cancel(ClientId caller, JobId id) = 0;
  // For transports whose client went away: no answer is wanted. A job of its own lifetime goes on.
  virtual void abandon(const JobId& id) = 0;

  virtual Result<QueueStatus> queue_status(const ClientId& caller,
                                           const std::optional<JobId>& id) const = 0;
  virtual const IsolationReport& isolation() const = 0;
  // While draining no job is accepted; nor is one while health() has a refusal.
  virtual bool draining() const = 0;
  virtual const HealthBoard& health() const = 0;

  // No new jobs; running ones get `grace`, then everything is killed. Returns when nothing runs.
  // Those that wait, and need not end with their connections, stay for the next start().
  virtual Awaitable<void> drain(std::chrono::milliseconds grace) = 0;
};

}  // namespace glovebox
