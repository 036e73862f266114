#include "execution/jobs/output_hub.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "execution/jobs/live_follower.h"
#include "execution/public_error.h"

namespace glovebox {
namespace {

// How long an unfinished line may wait for its end before followers see it.
constexpr std::chrono::milliseconds kHoldBack{80};

}  // namespace

OutputHub::OutputHub(const Deps& deps, Options options)
    : deps_(deps), options_(std::move(options)), ended_outputs_(options_.ended_outputs) {}

JobProgress& OutputHub::open(LiveJob& live) {
  if (!live.progress) {
    MemoryBudget::Share memory;
    if (options_.memory) memory = options_.memory->share(MemoryUse::kOutput);
    Limits limits = live.spec.limits();
    OutputLog log(limits.output_lines, limits.output_bytes, std::move(memory));
    live.progress = std::make_unique<JobProgress>(deps_.loop, live.job(), std::move(log));
  }
  return *live.progress;
}

void OutputHub::append(LiveJob& live, OutputStream stream, std::string_view bytes) {
  JobOutput& output = live.progress->output;
  std::size_t before = output.log.size();
  output.log.write(stream, bytes);
  write_journal(live);
  deps_.registry.observers().output_appended(live.id(), stream, bytes);
  if (output.log.size() > before) live.wake_followers();
  if (!output.flush_pending && output.log.holds_back()) flush_later(live);
}

void OutputHub::count(LiveJob& live, OutputStream stream, std::string_view bytes) {
  live.progress->output.log.write(stream, bytes);
}

// Shows a prompt, or a progress line that is rewritten repeatedly.
void OutputHub::flush_later(LiveJob& live) {
  JobOutput& output = live.progress->output;
  output.flush_pending = true;
  output.flush_timer.expires_after(kHoldBack);
  auto job = live.weak_from_this();
  output.flush_timer.async_wait([this, job](const boost::system::error_code& error) {
    LiveJobPtr held = job.lock();
    if (!held || error || !held->progress) return;
    held->progress->output.flush_pending = false;
    held->progress->output.log.let_go();
    write_journal(*held);
    held->wake_followers();
  });
}

// Without memory the last part of a line is lost, or its entry in the journal.
void OutputHub::close(LiveJob& live) {
  try {
    live.progress->output.flush_timer.cancel();
    live.progress->output.log.close();
    write_journal(live);
  } catch (const std::exception& thrown) {
    spdlog::error("job {}: the last output is incomplete: {}", live.id().str(), thrown.what());
  }
}

void OutputHub::write_journal(LiveJob& live) {
  if (!deps_.journal || !live.progress || has_ended(live.state)) return;
  JobOutput& output = live.progress->output;
  bool wanted =
      live.lifetime == Lifetime::kItsOwn || !live.followers.empty() || output.journal.valid();
  if (!wanted || output.journaled >= output.log.size()) return;
  Result<void> written = append_to_journal(live);
  if (written) output.journaled = output.log.size();
  // The next output retries. Logged once each time that it begins to fail.
  bool failed = written.has_error();
  if (!std::exchange(output.journal_failed, failed) && failed) {
    spdlog::warn(
        "job {}: followers do not see its newest output, which would be lost in a crash: "
        "{}",
        live.id().str(), written.error().message());
  }
}

Result<void> OutputHub::append_to_journal(LiveJob& live) {
  JobOutput& output = live.progress->output;
  if (!output.journal.valid()) {
    GB_TRY(output.journal, deps_.journal->begin(live.id(), live.attempt));
  }
  return OutputJournal::append(output.journal.get(), output.log.encode(output.journaled));
}

void OutputHub::remove_journal(const LiveJob& live) {
  if (!live.progress || !live.progress->output.journal.valid()) return;
  deps_.journal->remove(live.id(), live.attempt);
}

OutputLog OutputHub::read_journal(const JobId& job, int attempt) const {
  if (!deps_.journal) return OutputLog::decode_torn({});
  Result<std::string> encoded = deps_.journal->read(job, attempt);
  if (encoded) return OutputLog::decode_torn(*encoded);
  spdlog::error("job {}: its output is lost: {}", job.str(), encoded.error().message());
  return OutputLog::decode_torn({});
}

Result<std::unique_ptr<JobFollower>> OutputHub::follow(LiveJobPtr live, StoryPlace after) {
  auto pieces = static_cast<std::int64_t>(live->pieces_of_output());
  if (after.attempt < live->attempt) after = StoryPlace(0, live->attempt);
  // A power failure may lose the newest pieces of the journal. A client that has received them has
  // already seen everything that is left.
  bool interrupted = live->progress && live->progress->job.reason == kServerRestarted;
  if (interrupted) after = StoryPlace(std::min(after.told, pieces), live->attempt);
  if (after.attempt > live->attempt) {
    return validation_error("\"after\" names an attempt that the job has not had")
        .with("field", "after")
        .with("configured", std::int64_t{live->attempt})
        .with("observed", std::int64_t{after.attempt});
  }
  if (after.told > pieces) {
    return validation_error("\"after\" is greater than the number of pieces of output so far")
        .with("field", "after")
        .with("configured", pieces)
        .with("observed", after.told);
  }
  return make_live_follower(deps_.loop, deps_.status_of, followed_, std::move(live), after.told);
}

Awaitable<Result<LiveJobPtr>> OutputHub::read_ended(ClientId caller, JobId id) {
  if (LiveJobPtr shared = ended_outputs_.find(id)) co_return shared;
  Result<std::optional<StoredJob>> stored = co_await deps_.store.find_job(id, WithOutput::kYes);
  if (stored.has_error()) co_return public_error("could not read the job", stored.error());
  bool theirs = stored->has_value() && (*stored)->job.owner == caller;
  if (!theirs) co_return deps_.registry.no_such_job(id);
  Result<OutputLog> log = OutputLog::decode((*stored)->output);
  if (log.has_error()) co_return public_error("could not read the job's output", log.error());
  Job job = std::move((*stored)->job);
  auto live = std::make_shared<LiveJob>(deps_.loop, job, JobState::kEnded);
  live->attempt = static_cast<std::uint8_t>(job.attempt);
  live->progress = std::make_unique<JobProgress>(deps_.loop, std::move(job), std::move(*log));
  co_return ended_outputs_.add(std::move(live));
}

void OutputHub::wake_waiting() {
  for (LiveJob* live : *followed_) {
    if (is_waiting(live->state)) live->wake_followers();
  }
}

}  // namespace glovebox
