// JobQueue: a bounded queue in which clients take turns, with leases for jobs that were taken.
//
// Turns. Time is divided into rounds. A round serves every waiting client once, in the order in
// which the clients arrived. A new client joins the next round. Its first job waits for at most two
// jobs of each other client, whatever their backlogs, and a client that returns repeatedly cannot
// delay the end of a round. Within a client: first come, first served.
//
// Cost. A client with n waiting jobs has the n turns (round, client number) after its last one. One
// ordered tree that counts its subtrees holds all turns; another tree holds the jobs of each
// client. Taking removes the smallest turn; a position is a rank. A cancelled job releases its
// client's last turn, so that the jobs behind it move up. Every operation is O(log jobs).
//
// Pure: no clock, no I/O. Threads: one at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "base/result.h"
#include "model/ids.h"

namespace glovebox {

class JobQueue {
 public:
  // `capacity` limits the waiting jobs, including reserved places. Leases do not count.
  explicit JobQueue(std::size_t capacity);
  ~JobQueue();
  JobQueue(const JobQueue&) = delete;
  JobQueue& operator=(const JobQueue&) = delete;

  // Reserves a place for a job that is still being recorded; kQueueFull if there is none. push()
  // uses the place up, or the caller releases it.
  Result<void> reserve();
  void give_back();
  // Needs a reserved place and an id that is not in the queue.
  void push(const ClientId& client, const JobId& job);
  // Adds a job that an earlier process accepted, without a place and even over capacity.
  void restore(const ClientId& client, const JobId& job);

  // Takes the next job as a lease; nothing if no job waits. A lease ends with finish() or lose().
  std::optional<JobId> take();
  void finish(const JobId& job);
  // The holder of the lease is gone: the job becomes the next of its client again, even over
  // capacity.
  void lose(const JobId& job);
  // True if the job was waiting and has been removed. Does not affect a lease.
  bool cancel(const JobId& job);

  // 1: the next to be taken. Nothing if the job does not wait.
  std::optional<std::size_t> position(const JobId& job) const;
  // The position that another job of this client would have.
  std::size_t next_position(const ClientId& client) const;

  std::size_t pending() const;
  std::size_t leased() const;
  std::size_t capacity() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace glovebox
