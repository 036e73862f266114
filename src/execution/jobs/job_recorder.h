// JobRecorder: decides what is written to the store about jobs and when, and what happens while the
// store fails.
//
// A job that was not confirmed to a client is recorded later, if it runs long enough; its end is
// always recorded. An end that the store refuses is shown to clients anyway, kept here, and
// retried. The number of these is bounded: while is_full(), no job is accepted or started. Threads:
// the event loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_set>

#include "base/awaitable.h"
#include "base/health_board.h"
#include "base/result.h"
#include "base/units.h"
#include "execution/async/background_tasks.h"
#include "execution/async/signal.h"
#include "execution/jobs/job_registry.h"
#include "execution/jobs/live_job.h"
#include "execution/jobs/output_hub.h"
#include "store/job_store.h"

namespace glovebox {

class JobRecorder {
 public:
  struct Options {
    std::chrono::milliseconds retry_interval = std::chrono::seconds(1);
    // Unrecorded ends, and their output in memory.
    std::size_t most_unrecorded = 1000;
    ByteCount most_unrecorded_bytes{64ULL << 20};
  };
  struct Deps {
    boost::asio::io_context& loop;
    BackgroundTasks& tasks;
    JobStore& store;
    HealthBoard& health;
    JobRegistry& registry;
    OutputHub& outputs;
  };
  JobRecorder(const Deps& deps, const Options& options);

  // Called each time an unrecorded end could be recorded.
  void on_progress(std::function<void()> call) { on_progress_ = std::move(call); }

  // Records the job after 50 ms, unless it has ended by then: most jobs have, and are written once.
  void record_later(const LiveJobPtr& live);
  // Records now what the store does not have yet about a job that has not ended. Does not wait.
  void record_now(const LiveJobPtr& live);
  // Its run is lost and it waits again, with the attempt that `live` has now. Does not wait.
  void requeue(LiveJob& live);
  // Records the end and moves the job from kEnding to kEnded or kUnrecorded. Pass Pace::kShared if
  // nobody else waits for this record now.
  Awaitable<void> record_end(LiveJobPtr live, Pace pace);
  // Ends a job that an earlier process started and whose end was not observed, with the reason
  // `why` and the rest of its output.
  Awaitable<void> record_interrupted(Job job, std::string why);

  bool is_full() const;
  std::unordered_set<JobId> unrecorded() const;
  // Tries at once and then repeatedly, for at most 10 s; then stops.
  Awaitable<void> flush();

 private:
  struct Young {
    std::chrono::steady_clock::time_point until;
    std::weak_ptr<LiveJob> job;
  };

  void wait_for_young();
  void drop_ended_young();
  Awaitable<void> add(LiveJobPtr live);
  Awaitable<void> claim(Job job);
  Awaitable<void> record_requeue(Job job);
  Awaitable<Result<void>> store_end(LiveJobPtr live, Pace pace);
  Awaitable<Result<void>> store_end_or_reason(LiveJobPtr live, Pace pace);
  void hold(const LiveJobPtr& live, const Error& error);
  void report_health();
  Awaitable<void> retry_until_done();
  Awaitable<void> retry();

  Deps deps_;
  Options options_;
  std::function<void()> on_progress_;
  std::deque<Young> young_;  // the oldest first
  boost::asio::steady_timer young_timer_;
  std::deque<LiveJobPtr> unrecorded_;  // the oldest first
  std::size_t unrecorded_bytes_ = 0;   // their output
  boost::asio::steady_timer retry_timer_;
  bool retrying_ = false;
  Signal retried_;
  enum class Flush : std::uint8_t { kNo, kFlushing, kGivenUp };
  Flush flush_ = Flush::kNo;
};

}  // namespace glovebox
