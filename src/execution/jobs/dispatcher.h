// Dispatcher: decides which job runs when. It admits jobs, queues them, claims the next one for
// each free slot, runs it and ends it.
//
// From its acceptance to its end a job holds one place in its client's quota and a pin on its
// project, and one slot while it runs. end() releases all of them, once, whatever failed. Threads:
// the event loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/awaitable.h"
#include "base/health_board.h"
#include "base/result.h"
#include "execution/async/background_tasks.h"
#include "execution/async/signal.h"
#include "execution/jobs/job_group.h"
#include "execution/jobs/job_recorder.h"
#include "execution/jobs/job_registry.h"
#include "execution/jobs/job_runner.h"
#include "execution/jobs/output_hub.h"
#include "execution/jobs/prepared_job.h"
#include "queue/admission.h"
#include "queue/job_queue.h"
#include "queue/wait_estimate.h"
#include "sandbox/sandbox.h"

namespace glovebox {

class Dispatcher {
 public:
  struct Options {
    std::size_t queue_capacity = 1000;
    AdmissionLimits admission;
    ByteCount stdin_of_all_jobs{64ULL << 20};  // waiting jobs
  };
  struct Deps {
    boost::asio::io_context& loop;
    BackgroundTasks& tasks;
    Sandbox& sandbox;
    const Clock& clock;
    HealthBoard& health;
    JobRegistry& registry;
    OutputHub& outputs;
    JobRecorder& recorder;
    JobRunner& runner;
  };
  Dispatcher(const Deps& deps, Options options);
  ~Dispatcher();
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  // Takes a place in the queue and in the client's quota. Call enqueue() or withdraw() afterwards.
  // kQueueFull, kRateLimit; the error of health().refusal().
  Result<LiveJobPtr> admit(AcceptedAs job, PreparedJob prepared);
  // Queues it, or ends it if it was cancelled meanwhile.
  void enqueue(const LiveJobPtr& live);
  // The job could not be created: releases its places.
  void withdraw(const LiveJobPtr& live);
  // Queues a job that an earlier process admitted and did not end.
  void restore(Job job, PreparedJob prepared);

  // Admits jobs of one client that count as one in its quota; as many may be queued at a time as
  // the client may have. All of them or none. Call enqueue_group() or withdraw_group() afterwards.
  struct NewJob {
    AcceptedAs job;
    PreparedJob prepared;
  };
  Result<std::vector<LiveJobPtr>> admit_group(std::vector<NewJob> jobs);
  void enqueue_group(const std::vector<LiveJobPtr>& jobs);
  void withdraw_group(const std::vector<LiveJobPtr>& jobs);
  // The same for jobs of an earlier process.
  std::shared_ptr<JobGroup> restore_group(const ClientId& client);
  void restore(Job job, PreparedJob prepared, const std::shared_ptr<JobGroup>& group);

  // Ends it, unless its outcome is known. A job that is being recorded ends in enqueue().
  void cancel(const LiveJobPtr& live);
  // Refuses further admit(). Waiting jobs end at once, or are left for the next process if they
  // outlive their connections. Running jobs are killed after `grace`.
  Awaitable<void> drain(std::chrono::milliseconds grace);
  bool draining() const { return draining_; }

  JobEvent::Status status_of(const LiveJob& live) const;
  // `live` null: the position that a new job of the client would get.
  QueueStatus queue_status(const ClientId& client, const LiveJob* live) const;
  std::size_t queued() const { return queue_.pending(); }
  std::size_t queue_capacity() const { return queue_.capacity(); }
  RateLimitState rate_limit(const ClientId& client) const;

  // Lends a slot for work that is not a job, as long as no job needs it: `reclaim` is called once
  // when a job does, and the slot must be returned soon.
  bool borrow_slot(std::function<void()> reclaim);
  void return_slot();
  // The next slot that is free, before the jobs that wait: for what ends within a moment. False if
  // none became free in `at_most`, or the server drains. One caller at a time; after true, call
  // return_next_slot().
  Awaitable<bool> borrow_next_slot(std::chrono::milliseconds at_most);
  void return_next_slot();
  // Notified when borrow_slot() may succeed.
  Signal& slot_freed() { return slot_freed_; }

 private:
  Result<void> reserve(const ClientId& client, std::size_t jobs, std::uint64_t stdin_bytes);
  void keep(LiveJob& live, PreparedJob prepared);
  LiveJobPtr revive(Job job, PreparedJob prepared);
  void withdraw_one(const LiveJobPtr& live);
  void fill(const std::shared_ptr<JobGroup>& group);
  void leave_quota(LiveJob& live);
  void wait_for_slot(const LiveJobPtr& live);
  std::size_t free_slots() const;
  void dispatch();
  void lend_next_slot();
  void on_outage_change();
  void start(const LiveJobPtr& live);
  Awaitable<void> run(LiveJobPtr live);
  void run_again(const LiveJobPtr& live, std::string stdin_text);
  void finish(const LiveJobPtr& live);
  void stop(const LiveJobPtr& live, JobState as);
  void stop_waiting();
  void stop_running();
  void end_unrun(const LiveJobPtr& live);
  void end(const LiveJobPtr& live);

  Deps deps_;
  Options options_;
  JobQueue queue_;
  Admission admission_;
  WaitEstimate estimate_;
  SpecPacker packer_;
  std::uint64_t stdin_waiting_ = 0;  // bytes
  bool draining_ = false;
  bool dispatching_ = false;
  std::size_t slots_lent_ = 0;
  std::function<void()> reclaim_;  // of the slot that borrow_slot() lent
  Signal slot_freed_;
  enum class NextSlot : std::uint8_t { kNotWanted, kWanted, kLent };
  NextSlot next_slot_ = NextSlot::kNotWanted;
  Signal next_slot_lent_;
};

}  // namespace glovebox
