// JobRegistry: every job that this process knows and whose end the store does not have yet; the one
// place where a job changes its state.
//
// It owns the jobs: others find() them and hold them as long as they work on them. A move tells the
// job's followers, whoever waits for its end, and the observers. Threads: the event loop.
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
  // Kills what runs.
  ~JobRegistry();
  JobRegistry(const JobRegistry&) = delete;
  JobRegistry& operator=(const JobRegistry&) = delete;

  // A new job in the state kAccepted or, for one whose run nobody saw the end of, kEnding.
  LiveJobPtr add(AcceptedAs job, JobState first);
  // Null where it is not here: it has ended, or never was.
  LiveJobPtr find(const JobId& id) const;
  std::vector<LiveJobPtr> all_of(const std::function<bool(JobState)>& wanted) const;
  // How long ago the oldest job that waits for a slot was accepted; nothing if none waits. Looks at
  // every job.
  std::optional<std::chrono::milliseconds> oldest_wait() const;
  // How many have not ended.
  std::size_t open() const { return open_; }

  // Throws std::logic_error where may_move() says no. kEnded and kWithdrawn take the job out of the
  // registry: hold it.
  void move(LiveJob& live, JobState to);
  // open() went down.
  Signal& ended() { return ended_; }

  JobObserver& observers() { return observers_; }
  WallTime wall_now() const { return clock_.wall_now(); }
  // Now, on the job's own time scale. It begins at created_at and runs with the steady clock, so
  // that the times of one record are in order even if the machine's clock is changed.
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
