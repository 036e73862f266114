// LiveJob: a job between its acceptance and the moment when its end is recorded.
//
// Thousands may wait, so what only one that has left the queue needs is made then.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/unique_fd.h"
#include "execution/artifacts/artifact_library.h"
#include "execution/async/signal.h"
#include "execution/execution_service.h"
#include "execution/jobs/output_log.h"
#include "execution/jobs/packed_spec.h"
#include "execution/jobs/sandboxed_run.h"
#include "execution/projects/project_pins.h"
#include "model/job.h"

namespace glovebox {

class LiveJobFollower {
 public:
  virtual ~LiveJobFollower() = default;
  // There may be news. It does not call back from here.
  virtual void wake() = 0;
};

struct LiveJob : std::enable_shared_from_this<LiveJob> {
  enum class Phase : std::uint8_t {
    kRecording,  // accepted; the store is writing it
    kWaiting,    // in the queue
    kRunning,    // has a slot
    kEnding,     // judged; the store is writing it
    kEnded,      // told to whoever waits
  };
  enum class Stop : std::uint8_t {
    kNo,
    kCancelled,  // someone asked
    kShutdown,   // the server goes down
  };

  // From the moment when it leaves the queue.
  struct Course {
    Course(boost::asio::io_context& loop, const AcceptedAs& accepted, OutputLog output)
        : job(accepted), log(std::move(output)), let_go_timer(loop) {}

    Job job;
    OutputLog log;
    UniqueFd journal;                        // where its output is kept, once it must be
    std::size_t in_journal = 0;              // entries of the log
    bool journal_behind = false;             // it could not take the last entries
    boost::asio::steady_timer let_go_timer;  // for what the log holds back
    bool let_go_waits = false;
    SteadyTime started;
    std::optional<WallTime> tool_ended;  // its files are copied after that
    std::optional<ArtifactLibrary::Keeping> keeping;
    std::unique_ptr<SandboxedRun> run;
    std::optional<Error> fault;  // ours, while its output was read: it is killed for that
  };

  LiveJob(boost::asio::io_context& loop, AcceptedAs what)
      : accepted(std::move(what)), ended(loop) {}

  const JobId& id() const { return accepted.id; }
  // Makes it where there is none.
  Course& begin(boost::asio::io_context& loop, MemoryBudget::Share memory = {}) {
    if (!course) {
      Limits limits = spec.limits();
      OutputLog log(limits.output_lines, limits.output_bytes, std::move(memory));
      course = std::make_unique<Course>(loop, accepted, std::move(log));
    }
    return *course;
  }
  // The record as it stands.
  Job job() const { return course ? course->job : Job(accepted); }
  JobStatus status() const { return course ? course->job.status : JobStatus::kQueued; }
  std::size_t pieces_of_output() const { return course ? course->log.size() : 0; }
  // What followers may be told. What the journal could not take would be gone if the server was
  // killed, and a follower that came back would see a gap: it is told once it is kept, or at the
  // end.
  std::size_t pieces_to_tell() const {
    bool held_back = course && course->journal_behind && phase != Phase::kEnded;
    return held_back ? course->in_journal : pieces_of_output();
  }
  // Its state, its output or, while anybody follows it, its place in the queue has changed.
  void tell_followers() {
    for (LiveJobFollower* follower : followers) follower->wake();
  }

  AcceptedAs accepted;
  PackedSpec spec;
  std::string stdin_text;  // until it runs
  ProjectPins::Pin pin;
  std::unique_ptr<Course> course;
  SteadyTime born;  // when the job's time was created_at
  Event ended;
  std::vector<LiveJobFollower*> followers;
  Phase phase = Phase::kRecording;
  Stop stop = Stop::kNo;
  Lifetime lifetime = Lifetime::kConnection;
  bool handed_over = false;     // it waits for the server's next life
  bool recorded = false;        // the store has it, or has been told
  bool start_recorded = false;  // and that it runs
  std::uint8_t lost_runs = 0;   // how often its slot died
};

static_assert(sizeof(LiveJob) <= 256, "what a job that waits does not need belongs in Course");

using LiveJobPtr = std::shared_ptr<LiveJob>;

}  // namespace glovebox
