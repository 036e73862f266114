// JobService: Jobs on one machine. It wires the parts that do the work and forwards each call to
// the part that is responsible.
//
//   Dispatcher ──> JobRunner ──> Sandbox
//       │             │
//       ├──────> JobRecorder ──> JobStore
//       │             │
//       └─────────> OutputHub ──> OutputJournal, followers
//                     │
//        all of them use JobRegistry: the jobs and their states
//
// Threads: the event loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/awaitable.h"
#include "base/clock.h"
#include "base/health_board.h"
#include "base/memory_budget.h"
#include "base/result.h"
#include "execution/artifacts/artifact_library.h"
#include "execution/async/background_tasks.h"
#include "execution/findings/tree_files.h"
#include "execution/jobs.h"
#include "execution/jobs/answer_memory.h"
#include "execution/jobs/dispatcher.h"
#include "execution/jobs/job_recorder.h"
#include "execution/jobs/job_registry.h"
#include "execution/jobs/job_runner.h"
#include "execution/jobs/output_hub.h"
#include "execution/jobs/prepared_job.h"
#include "execution/jobs/request_checker.h"
#include "execution/service_status.h"
#include "projects/project_store.h"
#include "sandbox/sandbox.h"
#include "store/job_store.h"
#include "store/output_journal.h"

namespace glovebox {

class JobService final : public Jobs {
 public:
  struct Options {
    Dispatcher::Options dispatcher;
    JobRecorder::Options recorder;
    JobRegistry::Options registry;
    OutputHub::Options outputs;
    JobRunner::ArtifactSink on_artifacts;
  };
  struct Deps {
    boost::asio::io_context& loop;
    BackgroundTasks& tasks;
    Sandbox& sandbox;
    JobStore& store;
    ArtifactLibrary& artifacts;
    const Clock& clock;
    HealthBoard& health;
    RequestChecker& checker;
    boost::asio::thread_pool& pool;
    const ProjectStore& project_store;
    const OutputJournal* journal = nullptr;
  };
  // Destroying it kills running jobs.
  JobService(const Deps& deps, Options options);

  Awaitable<Result<SubmittedJob>> submit(ClientId client, ExecuteRequest request) override;
  RateLimitState rate_limit(const ClientId& client) const override {
    return dispatcher_.rate_limit(client);
  }
  Awaitable<Result<ExecutionResult>> wait(JobId id) override;
  Awaitable<Result<ExecutionResult>> find(ClientId caller, JobId id, WithOutput with) override;
  Awaitable<Result<std::string>> raw_output(ClientId caller, JobId id) override;
  Awaitable<Result<std::vector<Finding>>> findings(ClientId caller, JobId id) override;
  Awaitable<Result<HistoryPage>> history(ClientId caller, HistoryQuery query) override;
  Awaitable<Result<std::unique_ptr<JobFollower>>> follow(ClientId caller, JobId id,
                                                         StoryPlace after) override;
  Awaitable<Result<CancelResult>> cancel(ClientId caller, JobId id) override;
  void abandon(const JobId& id) override;
  Result<QueueStatus> queue_status(const ClientId& caller,
                                   const std::optional<JobId>& id) const override;

  // Recovers what an earlier process left. Call once, before the first request.
  Awaitable<void> recover();
  Awaitable<void> drain(std::chrono::milliseconds grace) { return dispatcher_.drain(grace); }
  bool draining() const { return dispatcher_.draining(); }
  // Without what concerns the storage.
  ServiceLoad load() const;
  // Removes old jobs.
  Awaitable<void> sweep();

  // How long the oldest waiting job has waited; none: no job waits.
  std::optional<std::chrono::milliseconds> oldest_queued() const;

  // For the rooms above, which know which jobs belong to their client.
  LiveJobPtr find_live(const JobId& id) const { return registry_.find(id); }
  ExecutionResult result_of(const LiveJob& live, WithOutput with) const;
  Error store_error(std::string_view what, Error error) const;

  Dispatcher& dispatcher() { return dispatcher_; }
  const std::shared_ptr<OutputTurns>& output_turns() const { return output_turns_; }

 private:
  JobEvent::Status status_of(const LiveJob& live) const { return dispatcher_.status_of(live); }
  Awaitable<Result<SubmittedJob>> check_and_submit(ClientId client, ExecuteRequest request);
  // The job of an earlier request with the same key; kUnprocessable if that request was different.
  Awaitable<Result<std::optional<SubmittedJob>>> find_repeated(ClientId client, const JobKey& key);
  Awaitable<Result<SubmittedJob>> submit_prepared(ClientId client, PreparedJob prepared);
  Awaitable<Result<LiveJobPtr>> find_to_read(ClientId caller, JobId id);
  Awaitable<Result<ExecutionResult>> find_stored(JobId id, WithOutput with);
  Awaitable<Result<ExecutionResult>> result_with_output(LiveJobPtr live);

  Deps deps_;
  std::chrono::milliseconds job_ttl_;
  AnswerMemory answer_memory_;
  std::shared_ptr<OutputTurns> output_turns_;
  JobRegistry registry_;
  OutputHub outputs_;
  TreeFileLists file_lists_;
  JobRecorder recorder_;
  JobRunner runner_;
  Dispatcher dispatcher_;
};

}  // namespace glovebox
