// JobScheduler, from slot to recorded end.
#include <utility>

#include "base/log.h"
#include "execution/job_scheduler.h"
#include "execution/public_error.h"
#include "execution/utf8_text.h"

namespace glovebox {
namespace {

// How long a part of a line may wait for the rest.
constexpr std::chrono::milliseconds kHoldBack{80};

}  // namespace

void JobScheduler::start(const LiveJobPtr& live) {
  estimate_.dequeued(live->accepted.tool_id);
  live->phase = LiveJob::Phase::kRunning;
  LiveJob::Course& course = live->begin(deps_.loop);
  course.started = deps_.clock.steady_now();
  course.job.status = JobStatus::kRunning;
  course.job.started_at = deps_.clock.wall_now();
  course.job.isolation = deps_.sandbox.isolation().layers;
  auto on_output = [this, job = live.get()](OutputStream stream, std::string_view bytes) {
    take_output(*job, stream, bytes);
  };
  course.run = std::make_unique<SandboxedRun>(deps_.loop, deps_.sandbox, output_turns_,
                                              std::move(on_output));
  deps_.tasks.spawn("job", run(live));
  live->tell_followers();
}

void JobScheduler::take_output(LiveJob& live, OutputStream stream, std::string_view bytes) {
  OutputLog& log = live.course->log;
  std::size_t before = log.size();
  bool was_full = log.is_full();
  log.write(stream, bytes);
  // Where somebody wants all of it, all is read here.
  if (!was_full && log.is_full() && !options_.on_output) {
    live.course->run->only_count_output(
        [&log](OutputStream of, const OutputCount& dropped) { log.count_dropped(of, dropped); });
  }
  keep_output(live);
  if (options_.on_output) options_.on_output(live.id(), stream, bytes);
  if (log.size() > before) live.tell_followers();
  if (!live.course->let_go_waits && log.holds_back()) let_go_later(live);
}

// A prompt, or a line that is written over and over, is seen while it stands.
void JobScheduler::let_go_later(LiveJob& live) {
  LiveJob::Course& course = *live.course;
  course.let_go_waits = true;
  course.let_go_timer.expires_after(kHoldBack);
  auto job = live.weak_from_this();
  course.let_go_timer.async_wait([this, job](const boost::system::error_code& error) {
    LiveJobPtr held = job.lock();
    if (!held || error) return;
    held->course->let_go_waits = false;
    held->course->log.let_go();
    keep_output(*held);
    held->tell_followers();
  });
}

Awaitable<void> JobScheduler::run(LiveJobPtr live) {
  if (live->recorded) record_now(live);
  stdin_waiting_ -= live->stdin_text.size();
  std::string stdin_text = std::exchange(live->stdin_text, {});
  Result<SandboxResult> result = co_await run_in_slot(*live, std::move(stdin_text));
  LiveJob::Course& course = *live->course;
  course.run.reset();
  estimate_.finished(live->accepted.tool_id, std::chrono::duration_cast<std::chrono::milliseconds>(
                                                 deps_.clock.steady_now() - course.started));
  // Before the slot is free: its cgroup is charged with the files until they are copied.
  course.tool_ended = deps_.clock.wall_now();
  std::string left_out = co_await keep_artifacts(*live, result);
  queue_.finish(live->id());
  judge(course.job, live->stop, std::move(result));
  if (!left_out.empty()) course.job.message += "; " + left_out;
  conclude(live);
}

Awaitable<Result<SandboxResult>> JobScheduler::run_in_slot(LiveJob& live, std::string stdin_text) {
  GB_CO_TRY(ValidSpec spec, live.spec.unpack(live.pin.tree()));
  co_return co_await live.course->run->run(std::move(spec), std::move(stdin_text));
}

Awaitable<std::string> JobScheduler::keep_artifacts(LiveJob& live, Result<SandboxResult>& result) {
  if (result.has_error() || !deps_.artifacts.keeps()) co_return "";
  ArtifactLibrary::Kept kept = co_await deps_.artifacts.keep(live.id(), live.accepted.owner,
                                                             *live.course->tool_ended, *result);
  live.course->job.artifacts = std::move(kept.artifacts);
  co_return std::move(kept.left_out);
}

void JobScheduler::judge(Job& job, LiveJob::Stop stop, Result<SandboxResult> result) {
  if (result.has_error()) {
    job.status = JobStatus::kFailed;
    Error error = std::move(result).error();
    job.message = public_error("the job could not be run", std::move(error)).message();
    return;
  }
  job.usage = result->usage;
  for (const CollectedArtifact& artifact : result->artifacts) {
    job.artifacts.push_back({to_valid_utf8(artifact.path), artifact.size_bytes});
  }
  if (options_.on_artifacts) options_.on_artifacts(job.id, std::move(result->artifacts));
  bool shut_down =
      stop == LiveJob::Stop::kShutdown && std::holds_alternative<Cancelled>(result->outcome);
  if (shut_down) {
    fail_by_shutdown(job);
  } else {
    apply_outcome(job, result->outcome);
  }
}

// A job that never ran.
void JobScheduler::conclude_unrun(const LiveJobPtr& live) {
  stdin_waiting_ -= std::exchange(live->stdin_text, {}).size();
  Job& job = live->begin(deps_.loop).job;
  if (live->stop == LiveJob::Stop::kShutdown) {
    fail_by_shutdown(job);
  } else {
    apply_outcome(job, Cancelled());
  }
  conclude(live);
}

void JobScheduler::fail_by_shutdown(Job& job) {
  job.status = JobStatus::kFailed;
  job.reason = kServerRestarted;
  job.message = job.started_at ? "stopped, because the server was shut down; submit it again"
                               : "not started, because the server was shut down; submit it again";
}

// Its outcome is known: gives back what it held, and lets the next one run while this is recorded.
void JobScheduler::conclude(const LiveJobPtr& live) {
  live->phase = LiveJob::Phase::kEnding;
  LiveJob::Course& course = *live->course;
  course.let_go_timer.cancel();
  course.log.close();
  keep_output(*live);
  course.job.output = course.log.summary();
  course.job.finished_at = course.tool_ended.value_or(deps_.clock.wall_now());
  live->pin.release();
  admission_.release(live->accepted.owner);
  pump();
  deps_.tasks.spawn("record of an end", record_end(live));
}

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

Awaitable<Result<void>> JobScheduler::store_end(const LiveJob& live) {
  // While one waits for each slot, none stands idle for want of this one's client.
  bool busy = queue_.pending() >= deps_.sandbox.slots();
  Pace pace = busy ? Pace::kShared : Pace::kAtOnce;
  const LiveJob::Course& course = *live.course;
  return live.recorded ? deps_.store.end_job(course.job, course.log.encode(), pace)
                       : deps_.store.add_ended_job(course.job, course.log.encode(), pace);
}

Awaitable<void> JobScheduler::record_end(LiveJobPtr live) {
  Result<void> recorded = co_await store_end(*live);
  if (recorded.has_error()) {
    spdlog::error("the end of job {} is not recorded yet: {}", live->id().str(),
                  recorded.error().message());
    unrecorded_.push_back(live);
  } else {
    forget(*live);
  }
  tell(*live);
}

void JobScheduler::tell(LiveJob& live) {
  live.phase = LiveJob::Phase::kEnded;
  live.ended.set();
  live.tell_followers();
  --active_;
  idle_.notify();
}

}  // namespace glovebox
