// JobScheduler, from slot to recorded end.
#include <utility>

#include "base/log.h"
#include "base/utf8_text.h"
#include "execution/async/caught.h"
#include "execution/jobs/job_scheduler.h"
#include "execution/public_error.h"

namespace glovebox {
namespace {

// How long a part of a line may wait for the rest.
constexpr std::chrono::milliseconds kHoldBack{80};

}  // namespace

LiveJob::Course& JobScheduler::begin(LiveJob& live) {
  MemoryBudget::Share memory;
  if (options_.memory) memory = options_.memory->share(MemoryUse::kOutput);
  return live.begin(deps_.loop, std::move(memory));
}

void JobScheduler::start_or_fail(const LiveJobPtr& live) {
  try {
    start(live);
  } catch (const std::exception& thrown) {
    begin(*live);
    end_run(live, exception_error(thrown));
  }
}

void JobScheduler::start(const LiveJobPtr& live) {
  estimate_.dequeued(live->accepted.tool_id);
  live->phase = LiveJob::Phase::kRunning;
  LiveJob::Course& course = begin(*live);
  course.started = deps_.clock.steady_now();
  course.job.status = JobStatus::kRunning;
  course.job.started_at = now_of(*live);
  course.job.isolation = deps_.sandbox.isolation().layers;
  auto on_output = [this, job = live.get()](OutputStream stream, std::string_view bytes) {
    read_output(*job, stream, bytes);
  };
  course.run = std::make_unique<SandboxedRun>(deps_.loop, deps_.sandbox, output_turns_,
                                              std::move(on_output));
  course.run->take_artifacts_by([this, job = live.get()](std::vector<CollectedArtifact> batch) {
    return take_artifacts(*job, std::move(batch));
  });
  deps_.tasks.spawn("job", run(live));
  live->tell_followers();
}

// Called by the pipes' readers: an exception must end the job, not the reader.
void JobScheduler::read_output(LiveJob& live, OutputStream stream, std::string_view bytes) {
  LiveJob::Course& course = *live.course;
  if (course.fault) return;
  try {
    take_output(live, stream, bytes);
  } catch (const std::exception& thrown) {
    course.fault = exception_error(thrown);
    if (course.run) course.run->kill();
  }
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

// Whatever goes wrong on the way, the job ends: its slot, its client's place and who waits for it
// depend on that.
Awaitable<void> JobScheduler::run(LiveJobPtr live) {
  Result<RunEnd> end = co_await caught(run_and_judge(live));
  if (end.has_value() && *end == RunEnd::kWaitsAgain) co_return;
  if (end.has_value()) co_return end_run(live, ok());
  // A job whose run broke off here keeps no files.
  LiveJob::Course& course = begin(*live);
  if (course.keeping) (void)co_await caught(deps_.artifacts.drop(*course.keeping));
  end_run(live, std::move(end).error());
}

void JobScheduler::end_run(const LiveJobPtr& live, const Result<void>& judged) {
  LiveJob::Course& course = *live->course;
  course.run.reset();
  queue_.finish(live->id());
  if (judged.has_error()) judge(*live, judged.error());
  conclude(live);
}

Awaitable<Result<JobScheduler::RunEnd>> JobScheduler::run_and_judge(LiveJobPtr live) {
  if (live->recorded) record_now(live);
  stdin_waiting_ -= live->stdin_text.size();
  std::string stdin_text = std::exchange(live->stdin_text, {});
  Result<SandboxResult> result = co_await run_in_slot(*live, stdin_text);
  LiveJob::Course& course = *live->course;
  course.run.reset();
  if (may_run_again(*live, result)) {
    if (course.keeping) co_await deps_.artifacts.drop(*course.keeping);
    wait_again(live, std::move(stdin_text));
    co_return RunEnd::kWaitsAgain;
  }
  estimate_.finished(live->accepted.tool_id, std::chrono::duration_cast<std::chrono::milliseconds>(
                                                 deps_.clock.steady_now() - course.started));
  if (!course.tool_ended) course.tool_ended = now_of(*live);
  if (course.fault) co_return *course.fault;
  std::string left_out = co_await keep_artifacts(*live, result);
  judge(*live, std::move(result));
  if (!left_out.empty()) course.job.message += "; " + left_out;
  co_return RunEnd::kJudged;
}

Awaitable<Result<SandboxResult>> JobScheduler::run_in_slot(LiveJob& live, std::string stdin_text) {
  GB_CO_TRY(ValidSpec spec, live.spec.unpack(live.pin.tree()));
  co_return co_await live.course->run->run(std::move(spec), std::move(stdin_text));
}

// As they come, before the slot is free: its cgroup is charged with the files until they are
// copied.
Awaitable<void> JobScheduler::take_artifacts(LiveJob& live, std::vector<CollectedArtifact> batch) {
  LiveJob::Course& course = *live.course;
  if (!course.tool_ended) course.tool_ended = now_of(live);
  if (deps_.artifacts.keeps()) {
    if (!course.keeping) course.keeping = deps_.artifacts.begin(live.id(), live.accepted.owner);
    co_await deps_.artifacts.add(*course.keeping, std::move(batch));
    co_return;
  }
  for (const CollectedArtifact& artifact : batch) {
    course.job.artifacts.push_back({to_valid_utf8(artifact.path), artifact.size_bytes});
  }
  if (options_.on_artifacts) options_.on_artifacts(course.job.id, std::move(batch));
}

Awaitable<std::string> JobScheduler::keep_artifacts(LiveJob& live,
                                                    const Result<SandboxResult>& result) {
  LiveJob::Course& course = *live.course;
  if (!deps_.artifacts.keeps()) co_return "";
  if (!course.keeping) course.keeping = deps_.artifacts.begin(live.id(), live.accepted.owner);
  if (result.has_error()) {
    co_await deps_.artifacts.drop(*course.keeping);
    co_return "";
  }
  ArtifactLibrary::Kept kept = co_await deps_.artifacts.finish(*course.keeping, *course.tool_ended,
                                                               result->artifacts_truncated);
  course.job.artifacts = std::move(kept.artifacts);
  co_return std::move(kept.left_out);
}

// Its slot died, for no fault of the job's that is known, and nobody has been told anything that it
// wrote: a run that never was. Not for ever, since it may have been the job after all.
bool JobScheduler::may_run_again(const LiveJob& live, const Result<SandboxResult>& result) const {
  static constexpr int kMostLostRuns = 3;
  bool unheard = !live.course->fault && live.course->log.size() == 0;
  if (!unheard || live.lost_runs >= kMostLostRuns) return false;
  bool lost = result.has_error() && is_lost_run(result.error());
  if (live.stop == LiveJob::Stop::kNo) return lost;
  // The server ends because its sandbox did: the end of the job may be known before that of its
  // slot, and a kill that comes in between counts as its cause.
  bool ends_with_sandbox = deps_.sandbox.is_lost() && live.stop == LiveJob::Stop::kShutdown &&
                           live.lifetime == Lifetime::kItsOwn;
  return ends_with_sandbox &&
         (lost || (result.has_value() && std::holds_alternative<Cancelled>(result->outcome)));
}

void JobScheduler::wait_again(const LiveJobPtr& live, std::string stdin_text) {
  spdlog::warn("job {} lost its slot and waits again", live->id().str());
  ++live->lost_runs;
  live->stop = LiveJob::Stop::kNo;
  live->course->let_go_timer.cancel();
  live->course.reset();
  stdin_waiting_ += stdin_text.size();
  live->stdin_text = std::move(stdin_text);
  // A process that comes after us must not take it for one that ran.
  if (std::exchange(live->start_recorded, false)) {
    deps_.tasks.spawn("record of a lost start", record_start(live->job()));
  }
  queue_.lose(live->id());
  if (draining_ && live->lifetime == Lifetime::kConnection) {
    queue_.cancel(live->id());
    live->stop = LiveJob::Stop::kShutdown;
    return conclude_unrun(live);
  }
  begin_to_wait(live);
}

void JobScheduler::judge(LiveJob& live, Result<SandboxResult> result) {
  Job& job = live.course->job;
  if (result.has_error()) {
    job.status = JobStatus::kFailed;
    Error error = std::move(result).error();
    if (is_lost_run(error)) {
      job.reason = kServerRestarted;
      job.message = "stopped, because its part of the sandbox died; submit it again";
      spdlog::error("job {} is lost: {}", job.id.str(), error.message());
      return;
    }
    job.message = public_error("the job could not be run", std::move(error)).message();
    return;
  }
  job.usage = result->usage;
  bool shut_down =
      live.stop == LiveJob::Stop::kShutdown && std::holds_alternative<Cancelled>(result->outcome);
  if (shut_down) {
    fail_by_shutdown(job);
  } else {
    apply_outcome(job, result->outcome, live.spec.exit_codes());
  }
}

// A job that never ran.
void JobScheduler::conclude_unrun(const LiveJobPtr& live) {
  stdin_waiting_ -= std::exchange(live->stdin_text, {}).size();
  Job& job = begin(*live).job;
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
  close_output(*live);
  course.job.output = course.log.summary();
  if (course.log.cut_for_memory()) {
    course.job.message += "; its output was cut, since the server's memory for outputs was used up";
  }
  course.job.finished_at = course.tool_ended.value_or(now_of(*live));
  live->pin.release();
  admission_.release(live->accepted.owner);
  pump();
  deps_.tasks.spawn("record of an end", record_end(live));
}

// Out of memory here costs the last part of a line, or its place in the journal.
void JobScheduler::close_output(LiveJob& live) {
  try {
    live.course->let_go_timer.cancel();
    live.course->log.close();
    keep_output(live);
  } catch (const std::exception& thrown) {
    spdlog::error("the output of job {} is not whole: {}", live.id().str(), thrown.what());
  }
}

void JobScheduler::tell(LiveJob& live) {
  live.phase = LiveJob::Phase::kEnded;
  live.ended.set();
  live.tell_followers();
  --active_;
  idle_.notify();
}

}  // namespace glovebox
