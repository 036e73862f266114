// JobRegistry: every job of this process whose end the store does not have yet; the only place
// where a job's state changes.
//
// It owns the jobs: others find() them and hold them while they work on them. Each change notifies
// the job's followers, those who wait for its end, and the observers. Threads: the event loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "execution/async/signal.h"
#include "execution/job_observer.h"
#include "execution/jobs/live_job.h"

namespace glovebox {

class JobRegistry {
 public:
  struct Options {
    std::chrono::milliseconds job_ttl = std::chrono::hours(24);  // for no_such_job()
    std::vector<JobObserver*> observers;                         // must outlive the registry
  };

  // `clock` must outlive it.
  JobRegistry(boost::asio::io_context& loop, const Clock& clock, Options options);
  // Kills running jobs.
  ~JobRegistry();
  JobRegistry(const JobRegistry&) = delete;
  JobRegistry& operator=(const JobRegistry&) = delete;

  // A new job in the state kAccepted or, if the end of its run was not observed, kEnding.
  LiveJobPtr add(AcceptedAs job, JobState first);
  // Null if the job is not here: it has ended, or never existed.
  LiveJobPtr find(const JobId& id) const;
  std::vector<LiveJobPtr> all_of(const std::function<bool(JobState)>& wanted) const;
  // How long ago the oldest job that waits for a slot was accepted; nothing if none waits. Takes
  // time proportional to the number of jobs.
  std::optional<std::chrono::milliseconds> oldest_wait() const;
  // How many jobs have not ended.
  std::size_t open() const { return open_; }

  // Throws std::logic_error if may_move() returns false. kEnded and kWithdrawn remove the job from
  // the registry, so hold a reference.
  void move(LiveJob& live, JobState to);
  // Notified when open() decreases.
  Signal& ended() { return ended_; }

  JobObserver& observers() { return observers_; }
  WallTime wall_now() const { return clock_.wall_now(); }
  // The current time on the job's own time scale. It begins at created_at and runs with the steady
  // clock, so that the times in one record are in order even if the machine's clock is changed.
  WallTime now_of(const LiveJob& live) const;
  // kNotFound; also for jobs of other clients.
  Error no_such_job(const JobId& id) const;

 private:
  void notify_observers(const LiveJob& live);

  boost::asio::io_context& loop_;
  const Clock& clock_;
  Options options_;
  JobObservers observers_;
  std::unordered_map<JobId, LiveJobPtr> jobs_;
  std::size_t open_ = 0;
  Signal ended_;
};

}  // namespace glovebox
