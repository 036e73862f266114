// JobScheduler, jobs as clients see them, in memory or in the store; and the store's upkeep.
#include <fmt/format.h>

#include <utility>

#include "base/log.h"
#include "execution/jobs/job_scheduler.h"
#include "execution/public_error.h"

namespace glovebox {

ExecutionResult JobScheduler::result_of(const LiveJob& live, WithOutput with) const {
  ExecutionResult result;
  result.job = live.job();
  result.job.seen_at = now_of(live);
  if (!live.course) return result;
  if (live.course->run) live.course->run->tell_counts();
  // From its end on the record counts: the log may have had to go.
  if (live.phase < LiveJob::Phase::kEnding) result.job.output = live.course->log.summary();
  if (live.course->run) result.job.usage = live.course->run->usage_so_far();
  if (with == WithOutput::kYes) result.output = live.course->log.lines();
  return result;
}

// On the job's own scale of time, which begins at its acceptance and runs with the steady clock:
// what is recorded of one job is in order, and its durations are true, whatever is done to the
// machine's clock meanwhile.
WallTime JobScheduler::now_of(const LiveJob& live) const {
  return live.accepted.created_at +
         std::chrono::floor<std::chrono::milliseconds>(deps_.clock.steady_now() - live.born);
}

Awaitable<Result<ExecutionResult>> JobScheduler::result_with_output(LiveJobPtr live) {
  std::shared_ptr<MemoryBudget::Share> memory;
  if (live->course) {
    GB_CO_TRY(memory, co_await answer_memory(live->course->log, live->id()));
  }
  ExecutionResult result = result_of(*live, WithOutput::kYes);
  result.memory = std::move(memory);
  co_return result;
}

// Answers with much output wait for each other rather than fill the memory together.
Awaitable<Result<std::shared_ptr<MemoryBudget::Share>>> JobScheduler::answer_memory(
    const OutputLog& log, const JobId& id) {
  static constexpr std::chrono::milliseconds kLook{50};
  static constexpr std::chrono::seconds kPatience{15};
  auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
  auto memory = std::make_shared<MemoryBudget::Share>();
  if (!options_.memory) co_return memory;
  // The lines, as values of JSON, and as the text that is sent.
  std::uint64_t bytes = 3 * log.kept_bytes() + 80 * log.size();
  *memory = options_.memory->share(MemoryUse::kAnswers);
  SteadyTime give_up = std::chrono::steady_clock::now() + kPatience;
  while (!memory->grow_to(bytes)) {
    // One may always be made, or what is larger than the budget could never be answered.
    if (options_.memory->used_by(MemoryUse::kAnswers) == ByteCount(0)) {
      memory->take(bytes);
      break;
    }
    if (std::chrono::steady_clock::now() >= give_up) {
      Error refused = options_.memory->refusal(MemoryUse::kAnswers, ByteCount(bytes), "the answer");
      co_return std::move(refused).with("jobId", id.str());
    }
    boost::asio::steady_timer timer(deps_.loop, kLook);
    co_await timer.async_wait(token);
  }
  co_return memory;
}

Error JobScheduler::no_such_job(const JobId& id) const {
  return not_found(fmt::format("there is no job \"{}\"; jobs are kept for {} after their end",
                               id.str(), format_duration(options_.job_ttl)));
}

Awaitable<Result<ExecutionResult>> JobScheduler::wait(JobId id) {
  LiveJobPtr live = find_live(id);
  if (!live) co_return co_await find_stored(std::move(id), WithOutput::kYes);
  Wait waited = co_await live->ended.wait();
  if (waited == Wait::kGivenUp) co_return internal_error("the wait for the job was given up");
  if (live->phase != LiveJob::Phase::kEnded) {
    co_return Error(ErrorKind::kQueueFull,
                    fmt::format("the server is shutting down; job {} is kept, and runs when it is "
                                "back: ask for it then",
                                id.str()))
        .with("jobId", id.str())
        .with_retry_after(std::chrono::seconds(30));
  }
  co_return co_await result_with_output(std::move(live));
}

Awaitable<Result<ExecutionResult>> JobScheduler::find(ClientId caller, JobId id, WithOutput with) {
  LiveJobPtr live = find_live(id);
  if (live) {
    if (live->accepted.owner != caller) co_return no_such_job(id);
    if (with == WithOutput::kYes) co_return co_await result_with_output(std::move(live));
    co_return result_of(*live, with);
  }
  GB_CO_TRY(ExecutionResult stored, co_await find_stored(id, with));
  if (stored.job.owner != caller) co_return no_such_job(id);
  co_return stored;
}

Awaitable<Result<ExecutionResult>> JobScheduler::find_stored(JobId id, WithOutput with) {
  Result<std::optional<StoredJob>> stored = co_await deps_.store.find_job(id, with);
  if (stored.has_error()) co_return public_error("could not look the job up", stored.error());
  if (!stored->has_value()) co_return no_such_job(id);
  ExecutionResult result;
  result.job = std::move((*stored)->job);
  Result<OutputLog> log = OutputLog::decode((*stored)->output);
  if (log.has_error()) co_return public_error("could not read the job's output", log.error());
  GB_CO_TRY(result.memory, co_await answer_memory(*log, id));
  result.output = log->lines();
  co_return result;
}

Awaitable<void> JobScheduler::sweep() {
  static constexpr std::int64_t kAtATime = 500;
  for (;;) {
    WallTime oldest = deps_.clock.wall_now() - options_.job_ttl;
    Result<std::int64_t> removed = co_await deps_.store.remove_jobs_ended_before(oldest, kAtATime);
    if (removed.has_error()) {
      spdlog::warn("old jobs are not swept: {}", removed.error().message());
      co_return;
    }
    if (*removed < kAtATime) co_return;
  }
}

}  // namespace glovebox
