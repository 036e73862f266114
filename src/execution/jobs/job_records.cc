// JobScheduler, what the store is told of jobs, and what becomes of ends that it cannot take.
#include <fmt/format.h>

#include <functional>
#include <utility>

#include "base/log.h"
#include "execution/async/caught.h"
#include "execution/jobs/job_scheduler.h"
#include "store/store_health.h"

namespace glovebox {
namespace {

constexpr const char* kUnrecorded = "ends_unrecorded";

}  // namespace

Awaitable<void> JobScheduler::record_start(Job job) {
  Result<void> recorded = co_await deps_.store.start_job(std::move(job));
  if (recorded.has_error()) {
    spdlog::warn("the start of a job is not recorded: {}", recorded.error().message());
  }
}

// A job that nobody knows of yet and that ends soon is recorded once, at its end.
void JobScheduler::record_later(const LiveJobPtr& live) {
  static constexpr std::chrono::milliseconds kYoung{50};
  young_.push_back({std::chrono::steady_clock::now() + kYoung, live});
  if (young_.size() == 1) wait_to_record();
}

// Most have ended by then: only those that have not make it wait again, not each that comes.
void JobScheduler::drop_ended_young() {
  auto ended = [](const Young& young) {
    LiveJobPtr live = young.job.lock();
    return !live || live->phase >= LiveJob::Phase::kEnding;
  };
  while (!young_.empty() && ended(young_.front())) young_.pop_front();
}

void JobScheduler::wait_to_record() {
  young_timer_.expires_at(young_.front().until);
  young_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    auto now = std::chrono::steady_clock::now();
    for (; !young_.empty() && young_.front().until <= now; young_.pop_front()) {
      LiveJobPtr live = young_.front().job.lock();
      if (live && live->phase < LiveJob::Phase::kEnding) record_now(live);
    }
    drop_ended_young();
    if (!young_.empty()) wait_to_record();
  });
}

void JobScheduler::record_now(const LiveJobPtr& live) {
  if (!std::exchange(live->recorded, true)) {
    deps_.tasks.spawn("record of a job", record_addition(live));
  }
  bool runs = live->phase == LiveJob::Phase::kRunning;
  if (runs && !std::exchange(live->start_recorded, true)) {
    deps_.tasks.spawn("record of a start", record_start(live->course->job));
  }
}

Awaitable<void> JobScheduler::record_addition(LiveJobPtr live) {
  AcceptedJob accepted;
  accepted.job = live->job();
  Result<std::optional<KeyedJob>> added = co_await deps_.store.add_job(std::move(accepted));
  if (!added.has_error()) co_return;
  live->recorded = false;  // its end is a second chance
  spdlog::warn("job {} is not recorded yet: {}", live->id().str(), added.error().message());
}

Awaitable<Result<void>> JobScheduler::store_end(LiveJobPtr live) {
  // While one waits for each slot, none stands idle for want of this one's client.
  bool busy = queue_.pending() >= deps_.sandbox.slots();
  Pace pace = busy ? Pace::kShared : Pace::kAtOnce;
  const LiveJob::Course& course = *live->course;
  Job job = course.job;
  std::string output = course.log.encode();
  bool known = live->recorded;
  if (known) co_return co_await deps_.store.end_job(std::move(job), std::move(output), pace);
  co_return co_await deps_.store.add_ended_job(std::move(job), std::move(output), pace);
}

// What can never be recorded as it is must not be tried for ever: the record then says so instead.
Awaitable<Result<void>> JobScheduler::store_some_end(LiveJobPtr live) {
  Result<void> recorded = co_await caught(store_end(live));
  if (!recorded.has_error() || !fails_for_good(recorded.error())) co_return recorded;
  spdlog::error("the end of job {} cannot be recorded as it is: {}", live->id().str(),
                recorded.error().message());
  LiveJob::Course& course = *live->course;
  course.log = OutputLog(0, ByteCount(0));
  course.job.status = JobStatus::kFailed;
  course.job.reason.clear();
  course.job.verdict.reset();
  course.job.message = "what it wrote is too large to be recorded; it ran, and its output is lost";
  course.job.output.truncated = true;
  recorded = co_await caught(store_end(live));
  if (!recorded.has_error() || !fails_for_good(recorded.error())) co_return recorded;
  spdlog::error("the end of job {} is lost: {}", live->id().str(), recorded.error().message());
  co_return ok();
}

Awaitable<void> JobScheduler::record_end(LiveJobPtr live) {
  Result<void> recorded = co_await store_some_end(live);
  if (recorded.has_error()) {
    keep_unrecorded(live, recorded.error());
  } else {
    forget(*live);
  }
  tell(*live);
}

// Its client is told all the same. From here on it is tried every few moments, and at the drain.
void JobScheduler::keep_unrecorded(const LiveJobPtr& live, const Error& error) {
  spdlog::error("the end of job {} is not recorded yet: {}", live->id().str(), error.message());
  unrecorded_bytes_ += live->course->log.kept_bytes();
  unrecorded_.push_back(live);
  tell_unrecorded();
  if (!std::exchange(recording_again_, true)) {
    deps_.tasks.spawn("records of ends", record_again_until_done());
  }
}

std::unordered_set<JobId> JobScheduler::unrecorded() const {
  std::unordered_set<JobId> ids;
  for (const LiveJobPtr& live : unrecorded_) ids.insert(live->id());
  return ids;
}

// Jobs that wait are not started then, so what is held has a bound: this and one job a slot.
bool JobScheduler::unrecorded_full() const {
  return unrecorded_.size() >= options_.most_unrecorded ||
         unrecorded_bytes_ >= options_.most_unrecorded_bytes.bytes();
}

void JobScheduler::tell_unrecorded() {
  if (unrecorded_.empty()) return deps_.health.clear(kUnrecorded);
  HealthReason reason;
  reason.code = kUnrecorded;
  reason.message = fmt::format(
      "{} jobs have ended and their ends are not recorded yet; they are tried again until they "
      "are, and would read \"failed\", \"server-restarted\" if the server was killed now",
      unrecorded_.size());
  if (unrecorded_full()) reason.effect = HealthEffect::kTakesNoJobs;
  deps_.health.report(std::move(reason));
}

Awaitable<void> JobScheduler::record_again_until_done() {
  auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
  while (!unrecorded_.empty() && !drained_) {
    record_timer_.expires_after(draining_ ? kRecordWhileDraining : options_.record_again);
    co_await record_timer_.async_wait(token);
    co_await record_again();
  }
  recording_again_ = false;
}

// The oldest first; where one fails, so would the rest.
Awaitable<void> JobScheduler::record_again() {
  while (!unrecorded_.empty()) {
    LiveJobPtr live = unrecorded_.front();
    std::size_t bytes = live->course->log.kept_bytes();
    Result<void> recorded = co_await store_some_end(live);
    if (recorded.has_error()) co_return;
    unrecorded_.pop_front();
    spdlog::info("the end of job {} is recorded now", live->id().str());
    unrecorded_bytes_ -= bytes;
    forget(*live);
    tell_unrecorded();
    idle_.notify();
    pump();
  }
}

// Until every end is recorded; at most so long.
Awaitable<void> JobScheduler::flush_records() {
  static constexpr std::chrono::seconds kPatience{10};
  record_timer_.cancel();
  std::function<bool()> done = [this] { return !recording_again_; };
  co_await wait_until(deps_.loop, idle_, kPatience, std::move(done));
  drained_ = true;
  record_timer_.cancel();
  for (const LiveJobPtr& live : unrecorded_) {
    spdlog::error(
        "the end of job {} is not recorded: after the restart it will read failed, "
        "server-restarted",
        live->id().str());
  }
}

}  // namespace glovebox
