// JobQueue: a bounded wait in which clients take turns, and leases for what has been handed out.
//
// Turns. Time is cut into rounds; in a round every client that waits is served once, in the order
// in which the clients came. A client that comes joins the next round: its first job waits for at
// most two of each other client, whatever their backlogs, and nobody who comes again and again
// keeps a round from ending. Within a client, first come, first served.
//
// Cost. A client with n waiting jobs holds the n turns (round, number of the client) that follow
// its last one. All turns lie in one ordered tree that counts its subtrees, and the jobs of each
// client in another. Taking is the least turn; a place is a rank; a cancelled job gives back its
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
  // `capacity` bounds the jobs that wait, reserved places included; leases do not count.
  explicit JobQueue(std::size_t capacity);
  ~JobQueue();
  JobQueue(const JobQueue&) = delete;
  JobQueue& operator=(const JobQueue&) = delete;

  // A place for a job that is still being recorded; kQueueFull where there is none. Used up by
  // push(), or given back.
  Result<void> reserve();
  void give_back();
  // Needs a reserved place and an id that is not in the queue.
  void push(const ClientId& client, const JobId& job);
  // Without a place, over capacity if need be: a job that an earlier process accepted.
  void restore(const ClientId& client, const JobId& job);

  // The next job, as a lease; nothing where none waits. A lease ends by finish() or lose().
  std::optional<JobId> take();
  void finish(const JobId& job);
  // Whoever had it is gone: the job is the next of its client again, over capacity if need be.
  void lose(const JobId& job);
  // True where it was waiting and is not any more. A lease is not touched.
  bool cancel(const JobId& job);

  // 1: the next to be taken. Nothing where it does not wait.
  std::optional<std::size_t> position(const JobId& job) const;
  // Where one more job of this client would stand.
  std::size_t next_position(const ClientId& client) const;

  std::size_t pending() const;
  std::size_t leased() const;
  std::size_t capacity() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace glovebox
