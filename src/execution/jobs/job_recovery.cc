// JobScheduler, what outlives the process: output as it is told, and jobs that another one began.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>

#include "base/log.h"
#include "execution/jobs/job_scheduler.h"

namespace glovebox {

// What a follower has been told must be there when it comes back, whatever happens to us, and the
// output of a job of its own lifetime as far as it came. The rest is kept once, at its end.
void JobScheduler::keep_output(LiveJob& live) {
  if (!deps_.journal || !live.course) return;
  LiveJob::Course& course = *live.course;
  bool wanted =
      live.lifetime == Lifetime::kItsOwn || !live.followers.empty() || course.journal.valid();
  if (!wanted || course.in_journal >= course.log.size()) return;
  if (live.phase != LiveJob::Phase::kRunning && live.phase != LiveJob::Phase::kEnding) return;
  Result<void> kept = ok();
  if (!course.journal.valid()) {
    Result<UniqueFd> file = deps_.journal->begin(live.id());
    if (file) course.journal = std::move(*file);
    if (file.has_error()) kept = file.error();
  }
  if (kept)
    kept = OutputJournal::append(course.journal.get(), course.log.encode(course.in_journal));
  if (kept) course.in_journal = course.log.size();
  // Once for each time that it falls behind; it is tried again with the next output.
  bool behind = kept.has_error();
  if (!std::exchange(course.journal_behind, behind) && behind) {
    spdlog::warn("the output of job {} is held back, since it would not survive the server now: {}",
                 live.id().str(), kept.error().message());
  }
}

// The store has its end.
void JobScheduler::forget(const LiveJob& live) {
  if (live.course && live.course->journal.valid()) deps_.journal->remove(live.id());
  jobs_.erase(JobId(live.id()));
}

void JobScheduler::restore(Job job, PreparedJob prepared) {
  Result<ValidSpec> spec = ValidSpec::validate(prepared.spec);
  if (spec.has_error()) {
    std::string why = spec.error().message();
    deps_.tasks.spawn("end of a lost job", end_lost(std::move(job), std::move(why)));
    return;
  }
  admission_.restore(job.owner);
  WallTime created = job.created_at;
  LiveJobPtr live = add_live(std::move(job), std::move(prepared));
  live->recorded = true;
  // How long it waited in an earlier life only the wall clock knows.
  live->born -= std::max(deps_.clock.wall_now() - created, std::chrono::milliseconds(0));
  queue_.restore(live->accepted.owner, live->id());
  begin_to_wait(live);
}

Awaitable<void> JobScheduler::end_lost(Job job, std::string why) {
  std::string output;
  if (deps_.journal) {
    Result<std::string> kept = deps_.journal->read(job.id);
    if (kept) output = std::move(*kept);
    if (kept.has_error()) {
      spdlog::error("the output of job {} is lost: {}", job.id.str(), kept.error().message());
    }
  }
  LiveJobPtr live = ended_job(std::move(job), OutputLog::decode_torn(output));
  live->recorded = true;
  Job& ended = live->course->job;
  ended.status = JobStatus::kFailed;
  ended.reason = kServerRestarted;
  ended.message = std::move(why);
  ended.output = live->course->log.summary();
  WallTime began = ended.started_at.value_or(ended.created_at);
  ended.finished_at = std::max(began, deps_.clock.wall_now());
  live->phase = LiveJob::Phase::kEnding;
  jobs_.emplace(live->id(), live);
  ++active_;
  co_await record_end(live);
}

}  // namespace glovebox
