// LiveJob: a job in memory, from its acceptance until the store has its end. Plain data.
//
// Who changes what: JobRegistry the state, OutputHub the output and the followers, JobRecorder
// `in_store`, Dispatcher and JobRunner the rest. Thousands may wait, so what a job needs only once
// it has left the queue is made then (JobProgress).
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/unique_fd.h"
#include "execution/artifacts/artifact_library.h"
#include "execution/async/signal.h"
#include "execution/findings/finding_collector.h"
#include "execution/jobs.h"
#include "execution/jobs/job_state.h"
#include "execution/jobs/output_log.h"
#include "execution/jobs/packed_spec.h"
#include "execution/jobs/sandboxed_run.h"
#include "execution/projects/project_pins.h"
#include "model/job.h"

namespace glovebox {

class JobGroup;

class LiveJobFollower {
 public:
  virtual ~LiveJobFollower() = default;
  // There may be news. Must not call back.
  virtual void wake() = 0;
};

// What was kept of the output so far.
struct JobOutput {
  JobOutput(boost::asio::io_context& loop, OutputLog kept)
      : log(std::move(kept)), flush_timer(loop) {}

  OutputLog log;
  UniqueFd journal;                       // invalid: nothing was written to the journal
  std::size_t journaled = 0;              // entries of `log`
  bool journal_failed = false;            // the journal could not take the newest entries
  boost::asio::steady_timer flush_timer;  // for unfinished lines
  bool flush_pending = false;
};

// Made when a job leaves the queue.
struct JobProgress {
  JobProgress(boost::asio::io_context& loop, Job record, OutputLog kept)
      : job(std::move(record)), output(loop, std::move(kept)) {}

  Job job;
  JobOutput output;
  std::optional<WallTime> tool_ended;  // files are copied after that
  std::optional<ArtifactLibrary::Keeping> keeping;
  std::unique_ptr<FindingCollector> findings;  // null: the output is not read for them
  std::unique_ptr<SandboxedRun> run;           // null: no process of it is alive
  std::optional<Error> fault;  // ours, while output was read; the job is killed for it
};

// What the store knows of a job that has not ended.
enum class InStore : std::uint8_t { kNothing, kAccepted, kClaimed };

struct LiveJob : std::enable_shared_from_this<LiveJob> {
  LiveJob(boost::asio::io_context& loop, AcceptedAs what, JobState first)
      : accepted(std::move(what)), ended(loop), state(first) {}

  const JobId& id() const { return accepted.id; }
  // The record so far.
  Job job() const {
    if (progress) return progress->job;
    Job record(accepted);
    record.attempt = attempt;
    record.image = spec.image();
    return record;
  }
  JobStatus status() const { return progress ? progress->job.status : JobStatus::kQueued; }
  std::size_t pieces_of_output() const { return progress ? progress->output.log.size() : 0; }
  // What followers may see. Entries that the journal could not take would be lost in a crash, and a
  // follower that came back would miss them: it sees them once they are written, or at the end.
  std::size_t pieces_to_show() const {
    bool held_back = progress && progress->output.journal_failed && !has_ended(state);
    return held_back ? progress->output.journaled : pieces_of_output();
  }
  // The state, the output or the place in the queue has changed.
  void wake_followers() {
    for (LiveJobFollower* follower : followers) follower->wake();
  }

  AcceptedAs accepted;
  PackedSpec spec;
  std::string stdin_text;  // empty once it has run
  ProjectPins::Pin pin;
  std::unique_ptr<JobProgress> progress;  // null while it waits
  SteadyTime born;                        // the steady clock at accepted.created_at
  Event ended;                            // clients see the end, or the next process runs it
  std::vector<LiveJobFollower*> followers;
  std::shared_ptr<JobGroup> group;  // null: it counts by itself
  JobState state;
  Lifetime lifetime = Lifetime::kConnection;
  InStore in_store = InStore::kNothing;
  std::uint8_t attempt = 1;  // at most kMostAttempts
};

// bench/compare --only queued: 0.84 KiB for each waiting job, without the text of its inputs; 2.5
// KiB when each had its own spec and its JobProgress from the start.
static_assert(sizeof(LiveJob) <= 304, "what a waiting job does not need belongs in JobProgress");

using LiveJobPtr = std::shared_ptr<LiveJob>;

}  // namespace glovebox
