// JobGroup: jobs that count as one of their client's, such as those of a check-up. A limited number
// of them is queued or running at a time; the others are held back, in the state kAccepted.
//
// It only counts; the Dispatcher acts. Threads: the event loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "execution/jobs/live_job.h"

namespace glovebox {

// Whether its jobs have places in the queue. Jobs that an earlier process accepted need none.
enum class QueuePlaces : std::uint8_t { kReserved, kNone };

class JobGroup {
 public:
  // `at_once` 0: no bound.
  JobGroup(std::size_t at_once, QueuePlaces places) : at_once_(at_once), places_(places) {}

  // Adds a job that has not ended. Returns true if the group had none.
  bool add();
  void hold(const LiveJobPtr& live) { held_.push_back(live); }
  // The next job that may be queued, which is no longer held back; null: none.
  LiveJobPtr next();
  // From now on all held jobs may be queued.
  void lift_bound() { at_once_ = 0; }
  // The job is no longer held back, and will end without having been queued. Returns false if it
  // was not held back.
  bool release(const LiveJobPtr& live);
  // A job that was not held back has ended. Returns true if it was the last one.
  bool leave();

  QueuePlaces places() const { return places_; }

  // Notified at each change of any of its jobs. A follower must leave before the group is
  // destroyed.
  void follow(LiveJobFollower& follower) { followers_.push_back(&follower); }
  void unfollow(LiveJobFollower& follower) { std::erase(followers_, &follower); }
  void wake_followers() {
    for (LiveJobFollower* follower : followers_) follower->wake();
  }

 private:
  std::size_t at_once_;
  QueuePlaces places_;
  std::deque<LiveJobPtr> held_;  // in the order of the request
  std::size_t open_ = 0;         // have not ended
  std::size_t active_ = 0;       // of those, not held back
  std::vector<LiveJobFollower*> followers_;
};

}  // namespace glovebox
