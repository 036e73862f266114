#include "execution/jobs/job_service.h"

#include <fmt/format.h>

#include <utility>

#include "base/log.h"
#include "execution/async/blocking.h"
#include "execution/async/uncancelled.h"
#include "execution/findings/findings_record.h"
#include "execution/jobs/history_cursor.h"
#include "execution/jobs/job_recovery.h"
#include "execution/jobs/stored_request.h"
#include "execution/public_error.h"

namespace glovebox {
namespace {

Result<SubmittedJob> repeated(const KeyedJob& earlier, const JobKey& key) {
  if (earlier.fingerprint == key.fingerprint) return SubmittedJob{earlier.id, true};
  return Error(ErrorKind::kUnprocessable,
               fmt::format("this Idempotency-Key belongs to job {}, which had a different request; "
                           "use a new key for a new request",
                           earlier.id.str()))
      .with("field", "Idempotency-Key")
      .with("jobId", earlier.id.str());
}

}  // namespace

JobService::JobService(const Deps& deps, Options options)
    : deps_(deps),
      job_ttl_(options.registry.job_ttl),
      answer_memory_(deps.loop, options.outputs.memory),
      output_turns_(std::make_shared<OutputTurns>(deps.loop)),
      registry_(deps.loop, deps.clock, std::move(options.registry)),
      outputs_({deps.loop, deps.store, registry_, deps.journal,
                [this](const LiveJob& live) { return status_of(live); }},
               std::move(options.outputs)),
      file_lists_(deps.pool, deps.project_store),
      recorder_({deps.loop, deps.tasks, deps.store, deps.health, registry_, outputs_},
                options.recorder),
      runner_({deps.loop,
               deps.sandbox,
               deps.artifacts,
               registry_,
               outputs_,
               output_turns_,
               {deps.pool, deps.project_store, file_lists_},
               std::move(options.on_artifacts)}),
      dispatcher_({deps.loop, deps.tasks, deps.sandbox, deps.clock, deps.health, registry_,
                   outputs_, recorder_, runner_},
                  std::move(options.dispatcher)) {}

Awaitable<void> JobService::recover() {
  JobRecovery::Deps deps{deps_.store, deps_.checker, dispatcher_, recorder_, deps_.journal};
  JobRecovery recovery(deps);
  co_await recovery.run();
}

Awaitable<Result<SubmittedJob>> JobService::submit(ClientId client, ExecuteRequest request) {
  return uncancelled(check_and_submit(std::move(client), std::move(request)));
}

Awaitable<Result<SubmittedJob>> JobService::check_and_submit(ClientId client,
                                                             ExecuteRequest request) {
  JobKey key;
  if (!request.idempotency_key.empty()) {
    key.text = std::move(request.idempotency_key);
    key.fingerprint = request_fingerprint(request);
    GB_CO_TRY(std::optional<SubmittedJob> earlier, co_await find_repeated(client, key));
    if (earlier) co_return *earlier;
  }
  GB_CO_TRY(PreparedJob prepared, co_await deps_.checker.prepare(client, std::move(request)));
  prepared.key = std::move(key);
  co_return co_await submit_prepared(std::move(client), std::move(prepared));
}

Awaitable<Result<SubmittedJob>> JobService::submit_prepared(ClientId client, PreparedJob prepared) {
  AcceptedAs job;
  job.id = new_job_id();
  job.owner = client;
  job.tool_id = prepared.tool_id;
  job.project_id = prepared.project.project.id;
  job.created_at = deps_.clock.wall_now();
  job.webhook_url = std::move(prepared.webhook_url);
  job.inputs = prepared.inputs;
  JobKey key = std::move(prepared.key);
  AcceptedJob accepted{Job(job), prepared.request, key.text, key.fingerprint};
  GB_CO_TRY(LiveJobPtr live, dispatcher_.admit(std::move(job), std::move(prepared)));
  // The client waits for the end and nothing was confirmed to it, so most of these jobs are
  // recorded only then.
  if (live->lifetime == Lifetime::kConnection) {
    dispatcher_.enqueue(live);
    recorder_.record_later(live);
    co_return SubmittedJob{live->id()};
  }
  live->in_store = InStore::kAccepted;
  Result<std::optional<KeyedJob>> earlier = co_await deps_.store.add_job(std::move(accepted));
  if (earlier.has_error() || earlier->has_value()) dispatcher_.withdraw(live);
  if (earlier.has_error()) co_return store_error("could not record the job", earlier.error());
  if (earlier->has_value()) co_return repeated(**earlier, key);
  dispatcher_.enqueue(live);
  co_return SubmittedJob{live->id()};
}

Awaitable<Result<std::optional<SubmittedJob>>> JobService::find_repeated(ClientId client,
                                                                         const JobKey& key) {
  Result<std::optional<KeyedJob>> earlier =
      co_await deps_.store.find_keyed_job(std::move(client), key.text);
  if (earlier.has_error()) co_return store_error("could not find the job", earlier.error());
  if (!earlier->has_value()) co_return std::optional<SubmittedJob>();
  GB_CO_TRY(SubmittedJob job, repeated(**earlier, key));
  co_return std::optional(std::move(job));
}

// If no job is accepted now because of the store's failure, the client gets that error, which says
// when to retry.
Error JobService::store_error(std::string_view what, Error error) const {
  Error shown = public_error(what, no_room_if_full(std::move(error)));
  std::optional<Error> refusal = deps_.health.refusal();
  bool of_store = shown.kind() == ErrorKind::kInternal || shown.errno_value() != 0;
  return of_store && refusal ? *refusal : shown;
}

Awaitable<Result<ExecutionResult>> JobService::wait(JobId id) {
  LiveJobPtr live = registry_.find(id);
  if (!live) co_return co_await find_stored(std::move(id), WithOutput::kYes);
  Wait waited = co_await live->ended.wait();
  if (waited == Wait::kGivenUp) co_return internal_error("the wait for the job was cancelled");
  if (!has_ended(live->state)) {
    co_return Error(ErrorKind::kQueueFull,
                    fmt::format("the server is shutting down; job {} is kept and runs after the "
                                "restart: ask for it then",
                                id.str()))
        .with("jobId", id.str())
        .with_retry_after(std::chrono::seconds(30));
  }
  co_return co_await result_with_output(std::move(live));
}

Awaitable<Result<ExecutionResult>> JobService::find(ClientId caller, JobId id, WithOutput with) {
  if (LiveJobPtr live = registry_.find(id)) {
    if (live->accepted.owner != caller) co_return registry_.no_such_job(id);
    if (with == WithOutput::kYes) co_return co_await result_with_output(std::move(live));
    co_return result_of(*live, with);
  }
  GB_CO_TRY(ExecutionResult stored, co_await find_stored(id, with));
  if (stored.job.owner != caller) co_return registry_.no_such_job(id);
  co_return stored;
}

Awaitable<Result<ExecutionResult>> JobService::find_stored(JobId id, WithOutput with) {
  Result<std::optional<StoredJob>> stored = co_await deps_.store.find_job(id, with);
  if (stored.has_error()) co_return public_error("could not find the job", stored.error());
  if (!stored->has_value()) co_return registry_.no_such_job(id);
  ExecutionResult result;
  result.job = std::move((*stored)->job);
  Result<OutputLog> log = OutputLog::decode((*stored)->output);
  if (log.has_error()) co_return public_error("could not read the job's output", log.error());
  GB_CO_TRY(result.memory, co_await answer_memory_.take(*log, id));
  result.output = log->lines();
  co_return result;
}

ExecutionResult JobService::result_of(const LiveJob& live, WithOutput with) const {
  ExecutionResult result;
  result.job = live.job();
  result.job.seen_at = registry_.now_of(live);
  if (!live.progress) return result;
  const JobProgress& progress = *live.progress;
  if (progress.run) progress.run->tell_counts();
  // From the end on the record is authoritative: the log may have been discarded.
  if (!outcome_known(live.state)) result.job.output = progress.output.log.summary();
  if (progress.run) result.job.usage = progress.run->usage_so_far();
  if (progress.findings) result.job.findings = progress.findings->counts();
  if (with == WithOutput::kYes) result.output = progress.output.log.lines();
  return result;
}

Awaitable<Result<ExecutionResult>> JobService::result_with_output(LiveJobPtr live) {
  std::shared_ptr<MemoryBudget::Share> memory;
  if (live->progress) {
    GB_CO_TRY(memory, co_await answer_memory_.take(live->progress->output.log, live->id()));
  }
  ExecutionResult result = result_of(*live, WithOutput::kYes);
  result.memory = std::move(memory);
  co_return result;
}

// A job of the caller, in memory or read from the store.
Awaitable<Result<LiveJobPtr>> JobService::find_to_read(ClientId caller, JobId id) {
  LiveJobPtr live = registry_.find(id);
  if (!live) {
    GB_CO_TRY(live, co_await outputs_.read_ended(caller, id));
  }
  if (live->accepted.owner != caller) co_return registry_.no_such_job(id);
  co_return live;
}

Awaitable<Result<std::string>> JobService::raw_output(ClientId caller, JobId id) {
  GB_CO_TRY(LiveJobPtr live, co_await find_to_read(std::move(caller), std::move(id)));
  std::string bytes;
  for (std::size_t i = 0; i < live->pieces_of_output(); ++i) {
    bytes += live->progress->output.log.entry(i).bytes;
  }
  co_return bytes;
}

Awaitable<Result<std::vector<Finding>>> JobService::findings(ClientId caller, JobId id) {
  if (LiveJobPtr live = registry_.find(id)) {
    if (live->accepted.owner != caller) co_return registry_.no_such_job(id);
    bool read = live->progress && live->progress->findings;
    co_return read ? live->progress->findings->findings() : std::vector<Finding>();
  }
  GB_CO_TRY([[maybe_unused]] ExecutionResult ended,
            co_await find(std::move(caller), id, WithOutput::kNo));
  Result<std::string> record = co_await deps_.store.find_findings(std::move(id));
  if (record.has_error()) co_return public_error("could not read the findings", record.error());
  std::function<Result<std::vector<Finding>>()> decode = [record = std::move(*record)] {
    return decode_findings(record);
  };
  Result<std::vector<Finding>> found = co_await run_blocking(deps_.pool, std::move(decode));
  co_return public_error("could not read the findings", std::move(found));
}

Awaitable<Result<std::unique_ptr<JobFollower>>> JobService::follow(ClientId caller, JobId id,
                                                                   StoryPlace after) {
  GB_CO_TRY(LiveJobPtr live, co_await find_to_read(std::move(caller), std::move(id)));
  GB_CO_TRY(std::unique_ptr<JobFollower> follower, outputs_.follow(live, after));
  // What the follower sees must survive this process.
  if (!outcome_known(live->state)) recorder_.record_now(live);
  outputs_.write_journal(*live);
  co_return follower;
}

Awaitable<Result<HistoryPage>> JobService::history(ClientId caller, HistoryQuery asked) {
  JobQuery query;
  query.owner = std::move(caller);
  query.status = asked.status;
  query.tool_id = std::move(asked.tool_id);
  query.limit = asked.limit + 1;  // one more shows whether there is another page
  if (!asked.cursor.empty()) {
    GB_CO_TRY(HistoryPlace place, parse_history_cursor(asked.cursor));
    JobQuery::Place behind{place.created_at, JobId(std::move(place.id))};
    query.behind = std::move(behind);
  }
  Result<std::vector<Job>> found = co_await deps_.store.find_jobs(std::move(query));
  if (found.has_error()) co_return public_error("could not list the jobs", found.error());
  HistoryPage page;
  page.jobs = std::move(*found);
  for (Job& job : page.jobs) {
    LiveJobPtr live = registry_.find(job.id);
    if (live) job.seen_at = registry_.now_of(*live);
  }
  if (static_cast<std::int64_t>(page.jobs.size()) > asked.limit) {
    page.jobs.resize(static_cast<std::size_t>(asked.limit));
    const Job& last = page.jobs.back();
    page.next_cursor = history_cursor(HistoryPlace{last.created_at, last.id.str()});
  }
  co_return page;
}

Awaitable<Result<CancelResult>> JobService::cancel(ClientId caller, JobId id) {
  LiveJobPtr live = registry_.find(id);
  if (!live) {
    GB_CO_TRY([[maybe_unused]] ExecutionResult ended,
              co_await find(std::move(caller), std::move(id), WithOutput::kNo));
    co_return CancelResult::kAlreadyEnded;
  }
  if (live->accepted.owner != caller) co_return registry_.no_such_job(id);
  if (outcome_known(live->state)) co_return CancelResult::kAlreadyEnded;
  dispatcher_.cancel(live);
  co_return CancelResult::kCancelling;
}

void JobService::abandon(const JobId& id) {
  LiveJobPtr live = registry_.find(id);
  if (live && live->lifetime == Lifetime::kConnection) dispatcher_.cancel(live);
}

ServiceLoad JobService::load() const {
  ServiceLoad load;
  load.queued = dispatcher_.queued();
  load.queue_capacity = dispatcher_.queue_capacity();
  load.oldest_wait = registry_.oldest_wait();
  return load;
}

Result<QueueStatus> JobService::queue_status(const ClientId& caller,
                                             const std::optional<JobId>& id) const {
  LiveJobPtr live = id ? registry_.find(*id) : nullptr;
  bool theirs = live && live->accepted.owner == caller && !outcome_known(live->state);
  if (id && !theirs) {
    return not_found("no job \"" + id->str() + "\" of yours is queued or running");
  }
  return dispatcher_.queue_status(caller, live.get());
}

std::optional<std::chrono::milliseconds> JobService::oldest_queued() const {
  return registry_.oldest_wait();
}

Awaitable<void> JobService::sweep() {
  static constexpr std::int64_t kAtATime = 500;
  for (;;) {
    WallTime oldest = deps_.clock.wall_now() - job_ttl_;
    Result<std::int64_t> removed = co_await deps_.store.remove_jobs_ended_before(oldest, kAtATime);
    if (removed.has_error()) {
      spdlog::warn("old jobs could not be removed: {}", removed.error().message());
      co_return;
    }
    if (*removed < kAtATime) co_return;
  }
}

}  // namespace glovebox
