// Jobs for the tests of the transport: it runs nothing, records the requests, and waits where a
// test requests it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "execution/jobs.h"

namespace glovebox {

// Its functions are called on the loop's thread; a test may call its setters and getters on any
// thread.
class FakeJobs final : public Jobs {
 public:
  struct Submitted {
    ClientId client;
    ExecuteRequest request;
    JobId id;
  };
  // From now on jobs end only by cancel(), abandon() or finish_jobs().
  void hold_jobs();
  void finish_jobs(boost::asio::any_io_executor loop);
  void fail_submit_with(Error error);
  void fail_wait_by_throwing();
  void set_output(std::vector<std::string> lines);
  // Waits until that many were seen; returns false after 30 s.
  bool wait_for_submitted(std::size_t count);
  bool wait_for_waiting(std::size_t count);
  bool wait_for_abandoned(std::size_t count);
  std::vector<Submitted> submitted() const;
  std::size_t abandoned() const;

  Awaitable<Result<SubmittedJob>> submit(ClientId client, ExecuteRequest request) override;
  RateLimitState rate_limit(const ClientId& client) const override;
  Awaitable<Result<ExecutionResult>> wait(JobId id) override;
  Awaitable<Result<ExecutionResult>> find(ClientId caller, JobId id, WithOutput with) override;
  Awaitable<Result<std::string>> raw_output(ClientId caller, JobId id) override;
  Awaitable<Result<std::vector<Finding>>> findings(ClientId caller, JobId id) override;
  Awaitable<Result<HistoryPage>> history(ClientId caller, HistoryQuery query) override;
  Awaitable<Result<std::unique_ptr<JobFollower>>> follow(ClientId caller, JobId id,
                                                         StoryPlace after) override;
  Awaitable<Result<CancelResult>> cancel(ClientId caller, JobId id) override;
  void abandon(const JobId& id) override;
  Result<QueueStatus> queue_status(const ClientId& caller,
                                   const std::optional<JobId>& id) const override;

 private:
  bool wait_until(const std::function<bool()>& reached);
  void end_job(const JobId& id, JobStatus status);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool hold_jobs_ = false;
  bool throw_in_wait_ = false;
  std::optional<Error> submit_error_;
  std::vector<std::string> output_{"first line", "second line"};
  std::vector<Submitted> submitted_;
  std::vector<JobId> abandoned_;
  std::size_t waiting_ = 0;
  std::map<std::string, Job> jobs_;
  // The loop's thread only.
  std::map<std::string, std::shared_ptr<boost::asio::steady_timer>> ends_;
};

}  // namespace glovebox
