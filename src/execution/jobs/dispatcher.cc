#include "execution/jobs/dispatcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "execution/async/caught.h"
#include "execution/jobs/job_outcome.h"

namespace glovebox {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kRetryWhenDraining{30};

// Long enough that waiting is likely to help, short enough to retry.
seconds retry_after(milliseconds estimate) {
  return std::clamp(std::chrono::ceil<seconds>(estimate), seconds(1), seconds(60));
}

}  // namespace

Dispatcher::Dispatcher(const Deps& deps, Options options)
    : deps_(deps),
      options_(std::move(options)),
      queue_(options_.queue_capacity),
      admission_(options_.admission),
      slot_freed_(deps.loop),
      next_slot_lent_(deps.loop) {
  deps_.recorder.on_progress([this] { dispatch(); });
  deps_.sandbox.on_outage_change([this] { on_outage_change(); });
  if (!deps_.sandbox.outage().empty()) on_outage_change();
}

Dispatcher::~Dispatcher() {
  deps_.sandbox.on_outage_change(nullptr);
  // A group and the jobs that it holds back own each other.
  auto accepted = [](JobState state) { return state == JobState::kAccepted; };
  for (const LiveJobPtr& live : deps_.registry.all_of(accepted)) live->group = nullptr;
}

// --- Admission

Result<LiveJobPtr> Dispatcher::admit(AcceptedAs job, PreparedJob prepared) {
  GB_TRY_VOID(reserve(job.owner, 1, prepared.stdin_text.size()));
  LiveJobPtr live = deps_.registry.add(std::move(job), JobState::kAccepted);
  keep(*live, std::move(prepared));
  return live;
}

Result<void> Dispatcher::reserve(const ClientId& client, std::size_t jobs,
                                 std::uint64_t stdin_bytes) {
  if (draining_) {
    return Error(ErrorKind::kQueueFull, "the server is shutting down; try again later")
        .with_retry_after(kRetryWhenDraining);
  }
  if (std::optional<Error> refusal = deps_.health.refusal()) return *refusal;
  auto retry = [this] { return retry_after(estimate_.wait(1, deps_.sandbox.slots())); };
  std::uint64_t bytes = stdin_waiting_ + stdin_bytes;
  if (bytes > options_.stdin_of_all_jobs.bytes()) {
    return Error(ErrorKind::kQueueFull,
                 fmt::format("the standard input of all waiting jobs would be {}; the limit is {}; "
                             "try again later",
                             format_bytes(ByteCount(bytes)),
                             format_bytes(options_.stdin_of_all_jobs)))
        .with("limit", "stdin_of_all_jobs")
        .with("configured", options_.stdin_of_all_jobs.bytes())
        .with("observed", bytes)
        .with_retry_after(retry());
  }
  std::size_t places = 0;
  Result<void> admitted;
  for (; places < jobs; ++places) {
    Result<void> place = queue_.reserve();
    if (!place.has_error()) continue;
    admitted = std::move(place).error().with_retry_after(retry());
    break;
  }
  if (places == jobs) admitted = admission_.admit(client, deps_.clock.steady_now());
  for (; admitted.has_error() && places > 0; --places) queue_.give_back();
  return admitted;
}

void Dispatcher::keep(LiveJob& live, PreparedJob prepared) {
  live.spec =
      packer_.pack(prepared.tool_id, std::move(prepared.spec), std::move(prepared.exit_codes),
                   std::move(prepared.findings), std::move(prepared.image));
  live.lifetime = prepared.request.empty() ? Lifetime::kConnection : Lifetime::kItsOwn;
  live.pin = std::move(prepared.project.pin);
  live.stdin_text = std::move(prepared.stdin_text);
  stdin_waiting_ += live.stdin_text.size();
}

void Dispatcher::withdraw(const LiveJobPtr& live) {
  admission_.take_back(live->accepted.owner);
  withdraw_one(live);
}

void Dispatcher::withdraw_one(const LiveJobPtr& live) {
  queue_.give_back();
  stdin_waiting_ -= live->stdin_text.size();
  live->pin.release();
  deps_.registry.move(*live, JobState::kWithdrawn);
}

void Dispatcher::restore(Job job, PreparedJob prepared) {
  admission_.restore(job.owner);
  LiveJobPtr live = revive(std::move(job), std::move(prepared));
  queue_.restore(live->accepted.owner, live->id());
  wait_for_slot(live);
}

LiveJobPtr Dispatcher::revive(Job job, PreparedJob prepared) {
  WallTime created = job.created_at;
  int attempt = job.attempt;
  LiveJobPtr live = deps_.registry.add(std::move(job), JobState::kAccepted);
  live->attempt = static_cast<std::uint8_t>(attempt);
  keep(*live, std::move(prepared));
  live->in_store = InStore::kAccepted;
  // Only the wall clock knows how long the job waited in an earlier process.
  live->born -= std::max(deps_.clock.wall_now() - created, milliseconds(0));
  return live;
}

// --- The queue and the slots

void Dispatcher::enqueue(const LiveJobPtr& live) {
  if (live->state != JobState::kAccepted) {
    queue_.give_back();
    return end_unrun(live);
  }
  queue_.push(live->accepted.owner, live->id());
  wait_for_slot(live);
}

void Dispatcher::wait_for_slot(const LiveJobPtr& live) {
  deps_.registry.move(*live, JobState::kQueued);
  estimate_.queued(live->accepted.tool_id);
  if (draining_) {
    deps_.registry.move(*live, JobState::kHandedOver);
    deps_.registry.ended().notify();  // drain() waits for no more than this
  }
  dispatch();
}

std::size_t Dispatcher::free_slots() const {
  std::size_t taken = queue_.leased() + slots_lent_;
  return deps_.sandbox.slots() > taken ? deps_.sandbox.slots() - taken : 0;
}

// A job that cannot start ends immediately and calls this function again. With `dispatching_` the
// loop below continues with the next job, instead of a recursion.
void Dispatcher::dispatch() {
  if (draining_ || dispatching_) return;
  bool outage = !deps_.sandbox.outage().empty();
  if (!outage) lend_next_slot();
  if (deps_.recorder.is_full()) return;
  if (outage) return deps_.outputs.wake_waiting();
  dispatching_ = true;
  while (queue_.pending() > 0 && free_slots() > 0 && !deps_.recorder.is_full()) {
    start(deps_.registry.find(*queue_.take()));
  }
  dispatching_ = false;
  deps_.outputs.wake_waiting();
  if (queue_.pending() > 0 && reclaim_) std::exchange(reclaim_, nullptr)();
  if (queue_.pending() == 0 && free_slots() > 0) slot_freed_.notify();
}

// The cause is in the log. Clients get only the consequence for their jobs.
void Dispatcher::on_outage_change() {
  static constexpr const char* kCode = "sandbox_outage";
  if (deps_.sandbox.outage().empty()) {
    deps_.health.clear(kCode);
  } else {
    std::string_view then = deps_.sandbox.is_lost()
                                ? "this server process ends, and the next one runs them"
                                : "new slots are being created";
    deps_.health.report({kCode,
                         fmt::format("the sandbox has no slot, so accepted jobs wait; {}", then),
                         HealthEffect::kHoldsJobs});
  }
  dispatch();
}

// --- Claim, run, end

void Dispatcher::start(const LiveJobPtr& live) {
  estimate_.dequeued(live->accepted.tool_id);
  try {
    deps_.runner.prepare(live);
    if (live->in_store != InStore::kNothing) deps_.recorder.record_now(live);
    deps_.tasks.spawn("job", run(live));
  } catch (const std::exception& thrown) {
    deps_.runner.fail(*live, exception_error(thrown));
    if (live->state == JobState::kQueued) deps_.registry.move(*live, JobState::kRunning);
    finish(live);
  }
}

// Whatever fails, the job ends: its slot, its client's quota and those who wait for it depend on
// that.
Awaitable<void> Dispatcher::run(LiveJobPtr live) {
  stdin_waiting_ -= live->stdin_text.size();
  std::string stdin_text = std::exchange(live->stdin_text, {});
  Result<JobRunner::End> end = co_await caught(deps_.runner.run(live, stdin_text));
  if (end && *end == JobRunner::End::kLost) {
    co_return run_again(live, std::move(stdin_text));
  }
  if (end.has_error()) {
    co_await deps_.runner.drop_files(live);
    deps_.runner.fail(*live, std::move(end).error());
  }
  finish(live);
}

void Dispatcher::run_again(const LiveJobPtr& live, std::string stdin_text) {
  if (!draining_) spdlog::warn("job {} lost its slot and waits again", live->id().str());
  deps_.outputs.remove_journal(*live);  // of the lost attempt
  ++live->attempt;
  live->progress.reset();
  stdin_waiting_ += stdin_text.size();
  live->stdin_text = std::move(stdin_text);
  deps_.recorder.requeue(*live);
  queue_.lose(live->id());
  if (draining_ && live->lifetime == Lifetime::kConnection) {
    queue_.cancel(live->id());
    deps_.registry.move(*live, JobState::kShuttingDown);
    return end_unrun(live);
  }
  wait_for_slot(live);
}

// The record has the outcome of a run.
void Dispatcher::finish(const LiveJobPtr& live) {
  queue_.finish(live->id());
  const JobProgress& progress = *live->progress;
  if (progress.tool_ended && progress.job.started_at) {
    WallTime now = deps_.registry.now_of(*live);
    estimate_.finished(live->accepted.tool_id, now - *progress.job.started_at);
  }
  end(live);
}

void Dispatcher::end_unrun(const LiveJobPtr& live) {
  judge_unrun(deps_.outputs.open(*live).job, live->state);
  end(live);
}

void Dispatcher::end(const LiveJobPtr& live) {
  JobProgress& progress = *live->progress;
  stdin_waiting_ -= std::exchange(live->stdin_text, {}).size();  // not empty: it never ran
  deps_.outputs.close(*live);
  progress.job.output = progress.output.log.summary();
  if (progress.output.log.cut_for_memory()) {
    progress.job.message +=
        "; its output was cut, because the server's memory for outputs was used up";
  }
  progress.job.finished_at = progress.tool_ended.value_or(deps_.registry.now_of(*live));
  deps_.registry.move(*live, JobState::kEnding);
  live->pin.release();
  leave_quota(*live);
  dispatch();
  // While a job waits for each slot, no slot is idle because this job's client waits.
  bool busy = queue_.pending() >= deps_.sandbox.slots();
  Pace pace = busy ? Pace::kShared : Pace::kAtOnce;
  deps_.tasks.spawn("record of an end", deps_.recorder.record_end(live, pace));
}

// --- Stopping

void Dispatcher::cancel(const LiveJobPtr& live) {
  stop(live, JobState::kCancelling);
}

void Dispatcher::stop(const LiveJobPtr& live, JobState as) {
  JobState was = live->state;
  if (may_move(was, as)) deps_.registry.move(*live, as);
  if (was == JobState::kAccepted && live->group && live->group->release(live)) {
    if (live->group->places() == QueuePlaces::kReserved) queue_.give_back();
    end_unrun(live);
  } else if (is_waiting(was)) {
    queue_.cancel(live->id());
    estimate_.dequeued(live->accepted.tool_id);
    end_unrun(live);
    deps_.outputs.wake_waiting();
  } else if (live->progress && live->progress->run) {
    live->progress->run->kill();
  }
}

void Dispatcher::stop_waiting() {
  // Jobs that a group holds back also wait for the next process.
  auto accepted = [](JobState state) { return state == JobState::kAccepted; };
  for (const LiveJobPtr& live : deps_.registry.all_of(accepted)) {
    if (live->group) fill(live->group);
  }
  auto queued = [](JobState state) { return state == JobState::kQueued; };
  for (const LiveJobPtr& live : deps_.registry.all_of(queued)) {
    if (live->lifetime == Lifetime::kItsOwn) {
      deps_.registry.move(*live, JobState::kHandedOver);
    } else {
      stop(live, JobState::kShuttingDown);
    }
  }
}

void Dispatcher::stop_running() {
  auto running = [](JobState state) { return !is_waiting(state) && !outcome_known(state); };
  for (const LiveJobPtr& live : deps_.registry.all_of(running)) {
    if (live->progress) stop(live, JobState::kShuttingDown);
  }
}

Awaitable<void> Dispatcher::drain(milliseconds grace) {
  // How long it may take until killed processes are reported.
  static constexpr seconds kAfterKill{10};
  draining_ = true;
  stop_waiting();
  if (reclaim_) std::exchange(reclaim_, nullptr)();
  next_slot_lent_.notify();
  std::function<bool()> idle = [this] {
    return deps_.registry.open() == queue_.pending() && slots_lent_ == 0;
  };
  co_await wait_until(deps_.loop, deps_.registry.ended(), grace, idle);
  stop_running();
  co_await wait_until(deps_.loop, deps_.registry.ended(), kAfterKill, idle);
  co_await deps_.recorder.flush();
  std::size_t kept = queue_.pending();
  std::size_t open = deps_.registry.open();
  if (open > kept) spdlog::error("{} jobs did not end when they were killed", open - kept);
  if (kept > 0) spdlog::info("{} jobs wait for the next start", kept);
}

// --- What clients see of the queue

JobEvent::Status Dispatcher::status_of(const LiveJob& live) const {
  JobEvent::Status status;
  status.status = live.status();
  status.attempt = live.attempt;
  if (live.state == JobState::kEnding) status.status = JobStatus::kRunning;
  if (is_waiting(live.state) || (live.group && live.state == JobState::kAccepted)) {
    std::optional<std::size_t> queued = queue_.position(live.id());
    std::size_t position = queued ? *queued : queue_.next_position(live.accepted.owner);
    status.position = static_cast<std::int64_t>(position);
    status.estimated_wait = estimate_.wait(position, deps_.sandbox.slots());
  }
  return status;
}

QueueStatus Dispatcher::queue_status(const ClientId& client, const LiveJob* live) const {
  QueueStatus status;
  status.pending = static_cast<std::int64_t>(queue_.pending());
  status.running = static_cast<std::int64_t>(queue_.leased());
  status.concurrency = static_cast<std::int64_t>(deps_.sandbox.slots());
  status.capacity = static_cast<std::int64_t>(queue_.capacity());
  bool waits = queue_.pending() > 0 || queue_.leased() >= deps_.sandbox.slots();
  std::size_t position = waits ? queue_.next_position(client) : 0;
  if (live && is_waiting(live->state)) position = *queue_.position(live->id());
  if (live && live->progress) position = 0;
  status.position = static_cast<std::int64_t>(position);
  status.estimated_wait = estimate_.wait(position, deps_.sandbox.slots());
  return status;
}

RateLimitState Dispatcher::rate_limit(const ClientId& client) const {
  HourlyState hourly = admission_.hourly(client, deps_.clock.steady_now());
  RateLimitState state;
  state.limit = hourly.limit;
  state.remaining = hourly.remaining;
  state.window = Admission::kWindow;
  state.reset = hourly.reset;
  state.jobs = admission_.jobs_of(client);
  state.concurrent = static_cast<std::int64_t>(admission_.concurrent(client));
  return state;
}

}  // namespace glovebox
