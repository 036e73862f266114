// JobScheduler, what outlives the process: output as it is told, and jobs that another one began.
#include <cstdint>
#include <utility>

#include "base/log.h"
#include "execution/job_scheduler.h"

namespace glovebox {

// What a follower has been told must be there when it comes back, whatever happens to us, and the
// output of a job of its own lifetime as far as it came. The rest is kept once, at its end.
void JobScheduler::keep_output(LiveJob& live) {
  bool wanted = live.lifetime == Lifetime::kItsOwn || live.followers > 0 || live.journal.valid();
  if (!deps_.journal || !wanted || live.in_journal >= live.log.size()) return;
  if (live.phase != LiveJob::Phase::kRunning && live.phase != LiveJob::Phase::kEnding) return;
  Result<void> kept = ok();
  if (!live.journal.valid()) {
    Result<UniqueFd> file = deps_.journal->begin(live.job.id);
    if (file) live.journal = std::move(*file);
    if (file.has_error()) kept = file.error();
  }
  if (kept) kept = OutputJournal::append(live.journal.get(), live.log.encode(live.in_journal));
  if (kept.has_error()) {
    spdlog::warn("the output of job {} would not survive the server now: {}", live.job.id.str(),
                 kept.error().message());
  }
  // Behind a piece that is there in part nothing can be read: no more is appended.
  live.in_journal = kept ? live.log.size() : SIZE_MAX;
}

// The store has its end.
void JobScheduler::forget(const LiveJob& live) {
  if (live.journal.valid()) deps_.journal->remove(live.job.id);
  jobs_.erase(JobId(live.job.id));
}

void JobScheduler::restore(Job job, PreparedJob prepared) {
  Result<ValidSpec> spec = ValidSpec::validate(prepared.spec);
  if (spec.has_error()) {
    std::string why = spec.error().message();
    deps_.tasks.spawn("end of a lost job", end_lost(std::move(job), std::move(why)));
    return;
  }
  admission_.restore(job.owner);
  LiveJobPtr live = add_live(std::move(job), std::move(prepared), std::move(*spec));
  live->recorded = true;
  queue_.restore(live->job.owner, live->job.id);
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
  live->job.status = JobStatus::kFailed;
  live->job.reason = kServerRestarted;
  live->job.message = std::move(why);
  live->job.output = live->log.summary();
  live->job.finished_at = deps_.clock.wall_now();
  live->phase = LiveJob::Phase::kEnding;
  jobs_.emplace(live->job.id, live);
  ++active_;
  co_await record_end(live);
}

}  // namespace glovebox
