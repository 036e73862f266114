// JobScheduler: jobs from acceptance to their recorded end. It owns the queue, the clients' quotas
// and the slots.
//
// A job holds, from acceptance to end, one place of its client's quota and a pin on its project;
// while it runs, one slot. All are given back in conclude(), once. Threads: the event loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/awaitable.h"
#include "base/clock.h"
#include "base/health_board.h"
#include "base/memory_budget.h"
#include "base/result.h"
#include "execution/artifacts/artifact_library.h"
#include "execution/async/background_tasks.h"
#include "execution/execution_service.h"
#include "execution/jobs/ended_outputs.h"
#include "execution/jobs/job_follower.h"
#include "execution/jobs/live_job.h"
#include "execution/projects/project_library.h"
#include "queue/admission.h"
#include "queue/job_queue.h"
#include "queue/wait_estimate.h"
#include "sandbox/sandbox.h"
#include "store/job_store.h"
#include "store/output_journal.h"

namespace glovebox {

// What a client named its request by.
struct JobKey {
  std::string text;  // empty: by nothing
  std::string fingerprint;
};

// A checked request: everything that is needed to run it.
struct PreparedJob {
  ToolId tool_id;
  SandboxSpec spec;
  ExitCodes exit_codes;  // of the tool, for its verdict
  std::string stdin_text;
  PinnedProject project;
  std::string request;  // for the store; empty: it ends with its connection
  JobKey key;
};

// Those that somebody follows, who keeps them.
using FollowedJobs = std::unordered_set<LiveJob*>;

class JobScheduler {
 public:
  struct Options {
    std::size_t queue_capacity = 1000;
    AdmissionLimits admission;
    std::chrono::milliseconds job_ttl = std::chrono::hours(24);
    ByteCount stdin_of_all_jobs{64ULL << 20};
    // Ends that could not be recorded: how often they are tried again, and how many may wait before
    // no more jobs are taken and started.
    std::chrono::milliseconds record_again = std::chrono::seconds(1);
    std::size_t most_unrecorded = 1000;
    ByteCount most_unrecorded_bytes{64ULL << 20};
    std::shared_ptr<const MemoryBudget> memory;  // null: no bound but each job's own
    EndedOutputs::Limits ended_outputs;
    std::function<void(const JobId&, OutputStream, std::string_view)> on_output;
    std::function<void(const JobId&, std::vector<CollectedArtifact>)> on_artifacts;
  };
  struct Deps {
    boost::asio::io_context& loop;
    BackgroundTasks& tasks;
    Sandbox& sandbox;
    JobStore& store;
    ArtifactLibrary& artifacts;
    const Clock& clock;
    HealthBoard& health;
    const OutputJournal* journal = nullptr;
  };

  JobScheduler(const Deps& deps, Options options);
  // Kills what runs.
  ~JobScheduler();

  // Admits, records and queues.
  Awaitable<Result<SubmittedJob>> submit(ClientId client, PreparedJob prepared);
  // The job that the client named so earlier; kUnprocessable where its request was another.
  Awaitable<Result<std::optional<SubmittedJob>>> find_repeated(ClientId client, JobKey key);
  RateLimitState rate_limit(const ClientId& client) const;
  Awaitable<Result<ExecutionResult>> wait(JobId id);
  Awaitable<Result<ExecutionResult>> find(ClientId caller, JobId id, WithOutput with);
  Awaitable<Result<std::string>> raw_output(ClientId caller, JobId id);
  Awaitable<Result<HistoryPage>> history(ClientId caller, HistoryQuery query);
  // Tells what comes after the first `after` pieces of output. kValidation where there are fewer.
  Awaitable<Result<std::unique_ptr<JobFollower>>> follow(ClientId caller, JobId id,
                                                         std::int64_t after);
  Awaitable<Result<CancelResult>> cancel(ClientId caller, JobId id);
  void abandon(const JobId& id);
  Result<QueueStatus> status(const ClientId& caller, const std::optional<JobId>& id) const;

  // No more submit(); jobs that wait end at once, or stay for the next life where they may; those
  // that run end after `grace`.
  Awaitable<void> drain(std::chrono::milliseconds grace);
  bool draining() const { return draining_; }

  // A job that an earlier process accepted and never ran: it waits again.
  void restore(Job job, PreparedJob prepared);
  // One whose end nobody saw, with what is known of its output.
  Awaitable<void> end_lost(Job job, std::string why);
  // Jobs whose ends the store does not know yet.
  std::unordered_set<JobId> unrecorded() const;
  // Removes old jobs.
  Awaitable<void> sweep();

  // A slot for something that is no job, as long as no job wants it: `reclaim` is called once when
  // one does, and the slot must come back soon.
  bool borrow_slot(std::function<void()> reclaim);
  void return_slot();
  // Each time that borrow_slot() may have better luck.
  Signal& slot_freed() { return slot_freed_; }
  const std::shared_ptr<OutputTurns>& output_turns() const { return output_turns_; }

  // For followers.
  boost::asio::io_context& loop() { return deps_.loop; }
  JobEvent::Status status_of(const LiveJob& live) const;
  const std::shared_ptr<FollowedJobs>& followed() const { return followed_; }

 private:
  Result<void> admit(const ClientId& client, const PreparedJob& prepared);
  LiveJobPtr add_live(AcceptedAs job, PreparedJob prepared);
  LiveJobPtr ended_job(Job job, OutputLog log);
  void unmake(const LiveJobPtr& live);
  void enqueue(const LiveJobPtr& live);
  void begin_to_wait(const LiveJobPtr& live);
  void keep_output(LiveJob& live);
  void forget(const LiveJob& live);
  void hand_over(LiveJob& live);
  void heed_outage();
  void pump();
  void start_or_fail(const LiveJobPtr& live);
  void start(const LiveJobPtr& live);
  Awaitable<void> run(LiveJobPtr live);
  enum class RunEnd : std::uint8_t { kJudged, kWaitsAgain };
  Awaitable<Result<RunEnd>> run_and_judge(LiveJobPtr live);
  void end_run(const LiveJobPtr& live, const Result<void>& judged);
  void read_output(LiveJob& live, OutputStream stream, std::string_view bytes);
  void take_output(LiveJob& live, OutputStream stream, std::string_view bytes);
  void let_go_later(LiveJob& live);
  Awaitable<Result<LiveJobPtr>> revive(ClientId caller, JobId id);
  void tell_waiting();
  Awaitable<void> take_artifacts(LiveJob& live, std::vector<CollectedArtifact> batch);
  Awaitable<std::string> keep_artifacts(LiveJob& live, const Result<SandboxResult>& result);
  bool may_run_again(const LiveJob& live, const Result<SandboxResult>& result) const;
  void wait_again(const LiveJobPtr& live, std::string stdin_text);
  Awaitable<Result<SandboxResult>> run_in_slot(LiveJob& live, std::string stdin_text);
  void judge(LiveJob& live, Result<SandboxResult> result);
  void stop(const LiveJobPtr& live, LiveJob::Stop why);
  void stop_all(LiveJob::Phase phase);
  void conclude_unrun(const LiveJobPtr& live);
  static void fail_by_shutdown(Job& job);
  void conclude(const LiveJobPtr& live);
  void record_later(const LiveJobPtr& live);
  void wait_to_record();
  void drop_ended_young();
  void record_now(const LiveJobPtr& live);
  Awaitable<void> record_addition(LiveJobPtr live);
  Awaitable<void> record_start(Job job);
  Awaitable<Result<void>> store_end(LiveJobPtr live);
  Awaitable<Result<void>> store_some_end(LiveJobPtr live);
  Awaitable<void> record_end(LiveJobPtr live);
  void keep_unrecorded(const LiveJobPtr& live, const Error& error);
  bool unrecorded_full() const;
  void tell_unrecorded();
  Awaitable<void> record_again();
  Awaitable<void> record_again_until_done();
  Awaitable<void> flush_records();
  void close_output(LiveJob& live);
  LiveJob::Course& begin(LiveJob& live);
  Awaitable<Result<ExecutionResult>> result_with_output(LiveJobPtr live);
  Awaitable<Result<std::shared_ptr<MemoryBudget::Share>>> answer_memory(const OutputLog& log,
                                                                        const JobId& id);
  Error store_error(std::string_view what, Error error) const;
  WallTime now_of(const LiveJob& live) const;
  ExecutionResult result_of(const LiveJob& live, WithOutput with) const;
  void tell(LiveJob& live);
  LiveJobPtr find_live(const JobId& id) const;
  Error no_such_job(const JobId& id) const;
  Awaitable<Result<ExecutionResult>> find_stored(JobId id, WithOutput with);
  std::size_t free_slots() const;

  Deps deps_;
  Options options_;
  JobQueue queue_;
  Admission admission_;
  WaitEstimate estimate_;
  SpecPacker packer_;
  // Until the store knows their end.
  std::unordered_map<JobId, LiveJobPtr> jobs_;
  std::shared_ptr<FollowedJobs> followed_ = std::make_shared<FollowedJobs>();
  static constexpr std::chrono::milliseconds kRecordWhileDraining{200};
  std::deque<LiveJobPtr> unrecorded_;  // told, but the store refused; the oldest first
  std::size_t unrecorded_bytes_ = 0;   // of their output
  bool recording_again_ = false;
  bool drained_ = false;
  boost::asio::steady_timer record_timer_;
  std::size_t active_ = 0;  // accepted and not yet told
  EndedOutputs ended_outputs_;
  std::uint64_t stdin_waiting_ = 0;
  bool draining_ = false;
  bool pumping_ = false;
  Signal idle_;
  // Those whose state the store shall know unless they end soon, the oldest first.
  struct Young {
    std::chrono::steady_clock::time_point until;
    std::weak_ptr<LiveJob> job;
  };
  std::deque<Young> young_;
  boost::asio::steady_timer young_timer_;
  std::function<void()> reclaim_;  // of the slot that is lent
  bool slot_lent_ = false;
  Signal slot_freed_;
  std::shared_ptr<OutputTurns> output_turns_;
};

}  // namespace glovebox
