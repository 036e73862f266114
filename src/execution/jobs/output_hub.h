// OutputHub: the output of jobs, from the bytes read to the clients that follow: the log, the
// journal on disk, the followers, and the outputs of ended jobs that are being read.
//
// It owns the contents of JobProgress::output and LiveJob::followers. An exception from append()
// (no memory, an observer's) must end the job. While the journal cannot be written, followers do
// not see the newest output. Threads: the event loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string_view>
#include <unordered_set>

#include "base/awaitable.h"
#include "base/memory_budget.h"
#include "base/result.h"
#include "execution/jobs/ended_outputs.h"
#include "execution/jobs/job_follower.h"
#include "execution/jobs/job_registry.h"
#include "execution/jobs/live_job.h"
#include "store/job_store.h"
#include "store/output_journal.h"

namespace glovebox {

// Jobs that somebody follows.
using FollowedJobs = std::unordered_set<LiveJob*>;

class OutputHub {
 public:
  // The status of a job, as followers see it.
  using StatusOf = std::function<JobEvent::Status(const LiveJob&)>;
  struct Options {
    std::shared_ptr<const MemoryBudget> memory;  // null: only each job's own bound
    EndedOutputs::Limits ended_outputs;
  };
  struct Deps {
    boost::asio::io_context& loop;
    JobStore& store;
    JobRegistry& registry;
    const OutputJournal* journal = nullptr;  // null: output does not survive a killed process
    StatusOf status_of;
  };
  OutputHub(const Deps& deps, Options options);

  // The job's progress, created with an empty log if there is none.
  JobProgress& open(LiveJob& live);
  // Needs progress. Processes bytes that were just read.
  void append(LiveJob& live, OutputStream stream, std::string_view bytes);
  // The same for bytes that a full log only counts, and that no observer wants.
  void count(LiveJob& live, OutputStream stream, std::string_view bytes);
  // Call at the end of the output. Does not throw.
  void close(LiveJob& live);

  // Writes what is not in the journal yet, if anybody relies on it: a follower may reconnect, and a
  // job with its own lifetime keeps its output so far.
  void write_journal(LiveJob& live);
  // The store has the output.
  void remove_journal(const LiveJob& live);
  // What an earlier process wrote to the journal of that attempt; empty if it cannot be read.
  OutputLog read_journal(const JobId& job, int attempt) const;

  // Reads after `after`. kValidation if the job has not come that far. The follower must not
  // outlive the hub's Deps.
  Result<std::unique_ptr<JobFollower>> follow(LiveJobPtr live, StoryPlace after);
  // Follows an ended job from the store. All its readers share one copy.
  Awaitable<Result<LiveJobPtr>> read_ended(ClientId caller, JobId id);
  // Call when positions in the queue have changed.
  void wake_waiting();

 private:
  void flush_later(LiveJob& live);
  Result<void> append_to_journal(LiveJob& live);

  Deps deps_;
  Options options_;
  // Followers in suspended coroutines may outlive the hub.
  std::shared_ptr<FollowedJobs> followed_ = std::make_shared<FollowedJobs>();
  EndedOutputs ended_outputs_;
};

}  // namespace glovebox
