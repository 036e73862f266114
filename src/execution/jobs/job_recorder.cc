#include "execution/jobs/job_recorder.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "execution/async/caught.h"
#include "store/store_health.h"

namespace glovebox {
namespace {

constexpr const char* kHealthCode = "ends_unrecorded";
constexpr std::chrono::milliseconds kYoung{50};
constexpr std::chrono::milliseconds kRetryWhileFlushing{200};

std::size_t held_bytes(const JobProgress& progress) {
  std::size_t findings = progress.findings ? progress.findings->record().size() : 0;
  return progress.output.log.kept_bytes() + findings;
}

}  // namespace

JobRecorder::JobRecorder(const Deps& deps, const Options& options)
    : deps_(deps),
      options_(options),
      young_timer_(deps.loop),
      retry_timer_(deps.loop),
      retried_(deps.loop) {}

void JobRecorder::record_later(const LiveJobPtr& live) {
  young_.push_back({std::chrono::steady_clock::now() + kYoung, live});
  if (young_.size() == 1) wait_for_young();
}

// The timer runs for the oldest job that has not ended, instead of one timer per job.
void JobRecorder::wait_for_young() {
  young_timer_.expires_at(young_.front().until);
  young_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    auto now = std::chrono::steady_clock::now();
    for (; !young_.empty() && young_.front().until <= now; young_.pop_front()) {
      LiveJobPtr live = young_.front().job.lock();
      if (live && !outcome_known(live->state)) record_now(live);
    }
    drop_ended_young();
    if (!young_.empty()) wait_for_young();
  });
}

void JobRecorder::drop_ended_young() {
  auto ended = [](const Young& young) {
    LiveJobPtr live = young.job.lock();
    return !live || outcome_known(live->state);
  };
  while (!young_.empty() && ended(young_.front())) young_.pop_front();
}

void JobRecorder::record_now(const LiveJobPtr& live) {
  if (live->in_store == InStore::kNothing) {
    live->in_store = InStore::kAccepted;
    deps_.tasks.spawn("record of a job", add(live));
  }
  bool runs = live->progress && !outcome_known(live->state);
  if (runs && live->in_store == InStore::kAccepted) {
    live->in_store = InStore::kClaimed;
    deps_.tasks.spawn("record of a start", claim(live->progress->job));
  }
}

Awaitable<void> JobRecorder::add(LiveJobPtr live) {
  AcceptedJob accepted;
  accepted.job = live->job();
  Result<std::optional<KeyedJob>> added = co_await deps_.store.add_job(std::move(accepted));
  if (!added.has_error()) co_return;
  live->in_store = InStore::kNothing;  // its end is another chance
  spdlog::warn("job {} is not recorded yet: {}", live->id().str(), added.error().message());
}

// Only one process uses the store, so no other process can have claimed the job; the job may run
// already.
Awaitable<void> JobRecorder::claim(Job job) {
  JobId id = job.id;
  Result<void> claimed = co_await deps_.store.claim(std::move(job));
  if (claimed.has_error()) {
    spdlog::warn("job {}: the start is not recorded: {}", id.str(), claimed.error().message());
  }
}

void JobRecorder::requeue(LiveJob& live) {
  if (live.in_store == InStore::kNothing) return;
  live.in_store = InStore::kAccepted;
  deps_.tasks.spawn("record of a lost run", record_requeue(live.job()));
}

// If it is refused, the next process counts the lost run, since it finds the start of it.
Awaitable<void> JobRecorder::record_requeue(Job job) {
  JobId id = job.id;
  Result<void> recorded = co_await deps_.store.requeue(std::move(job));
  if (recorded.has_error()) {
    spdlog::warn("job {}: the lost run is not recorded: {}", id.str(), recorded.error().message());
  }
}

Awaitable<Result<void>> JobRecorder::store_end(LiveJobPtr live, Pace pace) {
  const JobProgress& progress = *live->progress;
  StoredJob ended{progress.job, progress.output.log.encode()};
  if (progress.findings) ended.findings = progress.findings->record();
  bool known = live->in_store != InStore::kNothing;
  if (known) co_return co_await deps_.store.end(std::move(ended), pace);
  co_return co_await deps_.store.add_ended(std::move(ended), pace);
}

// If an end can never be recorded as it is, it is recorded without its output.
Awaitable<Result<void>> JobRecorder::store_end_or_reason(LiveJobPtr live, Pace pace) {
  Result<void> recorded = co_await caught(store_end(live, pace));
  if (!recorded.has_error() || !fails_for_good(recorded.error())) co_return recorded;
  spdlog::error("the end of job {} cannot be recorded as it is: {}", live->id().str(),
                recorded.error().message());
  JobProgress& progress = *live->progress;
  progress.output.log = OutputLog(0, ByteCount(0));
  progress.findings.reset();
  progress.job.findings.reset();
  progress.job.status = JobStatus::kFailed;
  progress.job.reason.clear();
  progress.job.verdict.reset();
  progress.job.message =
      "the job ran, but its output is too large to be recorded and was discarded";
  progress.job.output.truncated = true;
  recorded = co_await caught(store_end(live, pace));
  if (!recorded.has_error() || !fails_for_good(recorded.error())) co_return recorded;
  spdlog::error("the end of job {} is lost: {}", live->id().str(), recorded.error().message());
  co_return ok();
}

Awaitable<void> JobRecorder::record_end(LiveJobPtr live, Pace pace) {
  Result<void> recorded = co_await store_end_or_reason(live, pace);
  if (recorded.has_error()) {
    hold(live, recorded.error());
    deps_.registry.move(*live, JobState::kUnrecorded);
    co_return;
  }
  deps_.outputs.remove_journal(*live);
  deps_.registry.move(*live, JobState::kEnded);
}

Awaitable<void> JobRecorder::record_interrupted(Job job, std::string why) {
  OutputLog log = deps_.outputs.read_journal(job.id, job.attempt);
  LiveJobPtr live = deps_.registry.add(job, JobState::kEnding);
  live->attempt = static_cast<std::uint8_t>(job.attempt);
  live->in_store = InStore::kClaimed;
  JobProgress& progress = deps_.outputs.open(*live);
  progress.job = std::move(job);
  progress.output.log = std::move(log);
  Job& ended = progress.job;
  ended.status = JobStatus::kFailed;
  ended.reason = kServerRestarted;
  ended.message = std::move(why);
  ended.output = progress.output.log.summary();
  WallTime began = ended.started_at.value_or(ended.created_at);
  ended.finished_at = std::max(began, deps_.registry.wall_now());
  deps_.registry.observers().job_ended(ended);
  co_await record_end(live, Pace::kAtOnce);
}

void JobRecorder::hold(const LiveJobPtr& live, const Error& error) {
  spdlog::error("the end of job {} is not recorded yet: {}", live->id().str(), error.message());
  unrecorded_bytes_ += held_bytes(*live->progress);
  unrecorded_.push_back(live);
  report_health();
  if (!std::exchange(retrying_, true)) {
    deps_.tasks.spawn("records of ends", retry_until_done());
  }
}

std::unordered_set<JobId> JobRecorder::unrecorded() const {
  std::unordered_set<JobId> ids;
  for (const LiveJobPtr& live : unrecorded_) ids.insert(live->id());
  return ids;
}

// While this is full no job starts, so at most one more job per slot is added.
bool JobRecorder::is_full() const {
  return unrecorded_.size() >= options_.most_unrecorded ||
         unrecorded_bytes_ >= options_.most_unrecorded_bytes.bytes();
}

void JobRecorder::report_health() {
  if (unrecorded_.empty()) return deps_.health.clear(kHealthCode);
  HealthReason reason;
  reason.code = kHealthCode;
  reason.message = fmt::format(
      "{} jobs have ended and are not recorded yet; recording is retried until it succeeds; if the "
      "server was killed now, they would run again, or be shown as \"failed\", "
      "\"server-restarted\" if they belong to a connection",
      unrecorded_.size());
  if (is_full()) reason.effect = HealthEffect::kTakesNoJobs;
  deps_.health.report(std::move(reason));
}

Awaitable<void> JobRecorder::retry_until_done() {
  auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
  while (!unrecorded_.empty() && flush_ != Flush::kGivenUp) {
    bool flushing = flush_ == Flush::kFlushing;
    retry_timer_.expires_after(flushing ? kRetryWhileFlushing : options_.retry_interval);
    co_await retry_timer_.async_wait(token);
    co_await retry();
  }
  retrying_ = false;
  retried_.notify();
}

// The oldest first. If one fails, the others would fail too.
Awaitable<void> JobRecorder::retry() {
  while (!unrecorded_.empty()) {
    LiveJobPtr live = unrecorded_.front();
    std::size_t bytes = held_bytes(*live->progress);
    Result<void> recorded = co_await store_end_or_reason(live, Pace::kAtOnce);
    if (recorded.has_error()) co_return;
    unrecorded_.pop_front();
    spdlog::info("the end of job {} is recorded now", live->id().str());
    unrecorded_bytes_ -= bytes;
    deps_.outputs.remove_journal(*live);
    deps_.registry.move(*live, JobState::kEnded);
    report_health();
    if (on_progress_) on_progress_();
  }
}

Awaitable<void> JobRecorder::flush() {
  static constexpr std::chrono::seconds kPatience{10};
  flush_ = Flush::kFlushing;
  retry_timer_.cancel();
  std::function<bool()> done = [this] { return !retrying_; };
  co_await wait_until(deps_.loop, retried_, kPatience, std::move(done));
  flush_ = Flush::kGivenUp;
  retry_timer_.cancel();
  for (const LiveJobPtr& live : unrecorded_) {
    spdlog::error("the end of job {} is not recorded: after the restart it {}", live->id().str(),
                  live->lifetime == Lifetime::kItsOwn
                      ? "runs again"
                      : "will be shown as \"failed\", \"server-restarted\"");
  }
}

}  // namespace glovebox
