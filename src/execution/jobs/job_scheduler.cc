#include "execution/jobs/job_scheduler.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "execution/public_error.h"

namespace glovebox {
namespace {

using std::chrono::seconds;

constexpr seconds kRetryWhenDraining{30};

// A pause worth making, and not too long to try again.
seconds retry_after(std::chrono::milliseconds estimate) {
  return std::clamp(std::chrono::ceil<seconds>(estimate), seconds(1), seconds(60));
}

// The job that there is, for the request that came with its key.
Result<SubmittedJob> repeated(const KeyedJob& earlier, const JobKey& key) {
  if (earlier.fingerprint == key.fingerprint) return SubmittedJob{earlier.id, true};
  return Error(ErrorKind::kUnprocessable,
               fmt::format("this Idempotency-Key belongs to job {}, whose request was another; use "
                           "a new key for a new request",
                           earlier.id.str()))
      .with("field", "Idempotency-Key")
      .with("jobId", earlier.id.str());
}

Error shutting_down() {
  return Error(ErrorKind::kQueueFull, "the server is shutting down; try again later")
      .with_retry_after(kRetryWhenDraining);
}

}  // namespace

JobScheduler::JobScheduler(const Deps& deps, Options options)
    : deps_(deps),
      options_(std::move(options)),
      queue_(options_.queue_capacity),
      admission_(options_.admission),
      record_timer_(deps.loop),
      ended_outputs_(options_.ended_outputs),
      idle_(deps.loop),
      young_timer_(deps.loop),
      slot_freed_(deps.loop),
      output_turns_(std::make_shared<OutputTurns>(deps.loop)) {
  deps_.sandbox.on_outage_change([this] { heed_outage(); });
  if (!deps_.sandbox.outage().empty()) heed_outage();
}

JobScheduler::~JobScheduler() {
  deps_.sandbox.on_outage_change(nullptr);
  for (auto& [id, live] : jobs_) {
    if (!live->course) continue;
    live->course->run.reset();
    live->course->let_go_timer.cancel();
  }
}

Awaitable<Result<SubmittedJob>> JobScheduler::submit(ClientId client, PreparedJob prepared) {
  GB_CO_TRY_VOID(ValidSpec::validate(prepared.spec));
  GB_CO_TRY_VOID(admit(client, prepared));
  AcceptedAs job;
  job.id = new_job_id();
  job.owner = client;
  job.tool_id = prepared.tool_id;
  job.project_id = prepared.project.project.id;
  job.created_at = deps_.clock.wall_now();
  JobKey key = std::move(prepared.key);
  AcceptedJob accepted{Job(job), prepared.request, key.text, key.fingerprint};
  LiveJobPtr live = add_live(std::move(job), std::move(prepared));
  // Nothing has been promised to who waits for its end: most are recorded with that.
  if (live->lifetime == Lifetime::kConnection) {
    enqueue(live);
    record_later(live);
    co_return SubmittedJob{live->id()};
  }
  live->recorded = true;
  Result<std::optional<KeyedJob>> earlier = co_await deps_.store.add_job(std::move(accepted));
  if (earlier.has_error() || earlier->has_value()) unmake(live);
  if (earlier.has_error()) co_return store_error("could not record the job", earlier.error());
  if (earlier->has_value()) co_return repeated(**earlier, key);
  enqueue(live);
  co_return SubmittedJob{live->id()};
}

Awaitable<Result<std::optional<SubmittedJob>>> JobScheduler::find_repeated(ClientId client,
                                                                           JobKey key) {
  Result<std::optional<KeyedJob>> earlier =
      co_await deps_.store.find_keyed_job(std::move(client), key.text);
  if (earlier.has_error()) co_return store_error("could not look the job up", earlier.error());
  if (!earlier->has_value()) co_return std::optional<SubmittedJob>();
  GB_CO_TRY(SubmittedJob job, repeated(**earlier, key));
  co_return std::optional(std::move(job));
}

Result<void> JobScheduler::admit(const ClientId& client, const PreparedJob& prepared) {
  if (draining_) return shutting_down();
  if (std::optional<Error> refusal = deps_.health.refusal()) return *refusal;
  std::uint64_t bytes = stdin_waiting_ + prepared.stdin_text.size();
  if (bytes > options_.stdin_of_all_jobs.bytes()) {
    return Error(ErrorKind::kQueueFull,
                 "the jobs that wait hold as much standard input as they may; try again later")
        .with("limit", "stdin_of_all_jobs")
        .with("configured", options_.stdin_of_all_jobs.bytes())
        .with("observed", bytes)
        .with_retry_after(retry_after(estimate_.wait(1, deps_.sandbox.slots())));
  }
  Result<void> place = queue_.reserve();
  if (place.has_error()) {
    return std::move(place).error().with_retry_after(
        retry_after(estimate_.wait(1, deps_.sandbox.slots())));
  }
  Result<void> admitted = admission_.admit(client, deps_.clock.steady_now());
  if (admitted.has_error()) queue_.give_back();
  return admitted;
}

LiveJobPtr JobScheduler::add_live(AcceptedAs job, PreparedJob prepared) {
  auto live = std::make_shared<LiveJob>(deps_.loop, std::move(job));
  live->spec =
      packer_.pack(prepared.tool_id, std::move(prepared.spec), std::move(prepared.exit_codes));
  live->born = deps_.clock.steady_now();
  live->lifetime = prepared.request.empty() ? Lifetime::kConnection : Lifetime::kItsOwn;
  live->pin = std::move(prepared.project.pin);
  live->stdin_text = std::move(prepared.stdin_text);
  stdin_waiting_ += live->stdin_text.size();
  jobs_.emplace(live->id(), live);
  ++active_;
  return live;
}

// It was admitted and never came to be.
void JobScheduler::unmake(const LiveJobPtr& live) {
  queue_.give_back();
  admission_.take_back(live->accepted.owner);
  stdin_waiting_ -= live->stdin_text.size();
  live->pin.release();
  jobs_.erase(live->id());
  tell(*live);
}

void JobScheduler::enqueue(const LiveJobPtr& live) {
  if (draining_ && live->stop == LiveJob::Stop::kNo && live->lifetime == Lifetime::kConnection) {
    live->stop = LiveJob::Stop::kShutdown;
  }
  if (live->stop == LiveJob::Stop::kNo) {
    queue_.push(live->accepted.owner, live->id());
    begin_to_wait(live);
  } else {
    queue_.give_back();
    conclude_unrun(live);
  }
}

void JobScheduler::begin_to_wait(const LiveJobPtr& live) {
  live->phase = LiveJob::Phase::kWaiting;
  estimate_.queued(live->accepted.tool_id);
  live->tell_followers();
  if (draining_) hand_over(*live);
  pump();
}

std::size_t JobScheduler::free_slots() const {
  std::size_t taken = queue_.leased() + (slot_lent_ ? 1 : 0);
  return deps_.sandbox.slots() > taken ? deps_.sandbox.slots() - taken : 0;
}

void JobScheduler::pump() {
  // A job that cannot even start ends at once and calls this again: the loop below goes on with it,
  // not the stack.
  if (draining_ || pumping_ || unrecorded_full()) return;
  // The queue is held while nothing can be run.
  if (!deps_.sandbox.outage().empty()) return tell_waiting();
  pumping_ = true;
  while (queue_.pending() > 0 && free_slots() > 0 && !unrecorded_full()) {
    start_or_fail(find_live(*queue_.take()));
  }
  pumping_ = false;
  tell_waiting();
  if (queue_.pending() > 0 && reclaim_) std::exchange(reclaim_, nullptr)();
  if (queue_.pending() == 0 && free_slots() > 0) slot_freed_.notify();
}

// The log has the cause; a client is told no more than what it means for jobs.
void JobScheduler::heed_outage() {
  static constexpr const char* kCode = "sandbox_outage";
  if (deps_.sandbox.outage().empty()) {
    deps_.health.clear(kCode);
  } else {
    std::string_view then = deps_.sandbox.is_lost()
                                ? "this process of the server ends, and the next one runs them"
                                : "the slots are being made again";
    deps_.health.report(
        {kCode, fmt::format("no slot of the sandbox is there, so accepted jobs wait; {}", then),
         HealthEffect::kHoldsJobs});
  }
  pump();
}

bool JobScheduler::borrow_slot(std::function<void()> reclaim) {
  if (draining_ || slot_lent_ || !deps_.sandbox.outage().empty()) return false;
  if (queue_.pending() > 0 || free_slots() == 0) return false;
  slot_lent_ = true;
  reclaim_ = std::move(reclaim);
  return true;
}

void JobScheduler::return_slot() {
  slot_lent_ = false;
  reclaim_ = nullptr;
  idle_.notify();
  pump();
}

// A fault of the store as a client may know it: where it shows that no job can be promised now,
// that is the answer, with the time to come back.
Error JobScheduler::store_error(std::string_view what, Error error) const {
  Error told = public_error(what, no_room_if_full(std::move(error)));
  std::optional<Error> refusal = deps_.health.refusal();
  bool of_store = told.kind() == ErrorKind::kInternal || told.errno_value() != 0;
  return of_store && refusal ? *refusal : told;
}

RateLimitState JobScheduler::rate_limit(const ClientId& client) const {
  HourlyState hourly = admission_.hourly(client, deps_.clock.steady_now());
  RateLimitState state;
  state.limit = hourly.limit;
  state.remaining = hourly.remaining;
  state.window = Admission::kWindow;
  state.reset = hourly.reset;
  return state;
}

Result<QueueStatus> JobScheduler::status(const ClientId& caller,
                                         const std::optional<JobId>& id) const {
  QueueStatus status;
  status.pending = static_cast<std::int64_t>(queue_.pending());
  status.running = static_cast<std::int64_t>(queue_.leased());
  status.concurrency = static_cast<std::int64_t>(deps_.sandbox.slots());
  status.capacity = static_cast<std::int64_t>(queue_.capacity());
  bool waits = queue_.pending() > 0 || queue_.leased() >= deps_.sandbox.slots();
  std::size_t position = waits ? queue_.next_position(caller) : 0;
  if (id) {
    LiveJobPtr live = find_live(*id);
    if (!live || live->accepted.owner != caller || live->phase >= LiveJob::Phase::kEnding) {
      return not_found("no job \"" + id->str() + "\" of yours is queued or running");
    }
    if (live->phase == LiveJob::Phase::kWaiting) position = *queue_.position(*id);
    if (live->phase == LiveJob::Phase::kRunning) position = 0;
  }
  status.position = static_cast<std::int64_t>(position);
  status.estimated_wait = estimate_.wait(position, deps_.sandbox.slots());
  return status;
}

LiveJobPtr JobScheduler::find_live(const JobId& id) const {
  auto found = jobs_.find(id);
  return found == jobs_.end() ? nullptr : found->second;
}

}  // namespace glovebox
