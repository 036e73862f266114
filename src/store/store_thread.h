// StoreThread: the one thread that talks to the database.
//
// Requests wait in a bounded queue. All that wait when the thread is free are one batch, and the
// writes of a batch are one transaction: a commit that must reach the disk costs the same for one
// as for a hundred. Where all that wait may share a commit, the thread waits for more of them, for
// kGather at most. Nobody is told before the batch is committed, so nobody reads what may still be
// lost; they are told in the order of their requests. Where one write fails, the batch is rolled
// back and its requests are done one by one, so that one bad write spoils no other. An exception of
// a request is its error, and nobody else's.
//
// Nothing is written while the file is not in its place: what is promised would be lost. That, and
// whether a fault has passed, is also looked at every kLookEvery while nothing is asked.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "base/result.h"
#include "store/job_store.h"
#include "store/sqlite.h"
#include "store/store_health.h"

namespace glovebox {

class StoreThread {
 public:
  enum class Kind {
    kRead,
    kWrite,         // survives the process; power perhaps not (synchronous = NORMAL)
    kDurableWrite,  // on disk when complete (synchronous = FULL)
  };

  class Request {
   public:
    explicit Request(Kind kind, Pace pace = Pace::kAtOnce) : kind_(kind), pace_(pace) {}
    virtual ~Request() = default;
    Kind kind() const { return kind_; }
    Pace pace() const { return pace_; }
    // On the store's thread. Keeps its result; may be called again after a rollback.
    virtual Result<void> run(SqliteDatabase& database) = 0;
    // Instead of the result kept.
    virtual void fail(Error error) = 0;
    // Hands the result over. Once, last.
    virtual void complete() = 0;

   private:
    Kind kind_;
    Pace pace_;
  };

  static constexpr std::size_t kLongestBatch = 256;
  static constexpr std::chrono::milliseconds kGather{1};
  static constexpr std::chrono::milliseconds kLookEvery{1000};

  StoreThread(SqliteDatabase database, std::size_t capacity,
              std::chrono::milliseconds gather = kGather, HealthBoard* health = nullptr);
  // Does what waits, then ends.
  ~StoreThread();
  StoreThread(const StoreThread&) = delete;
  StoreThread& operator=(const StoreThread&) = delete;

  enum class Room { kIfThereIs, kAlways };
  // kQueueFull, with the request left where it was, where `capacity` requests wait. Any thread.
  Result<void> submit(std::unique_ptr<Request>& request, Room room);

  // Transactions so far. Any thread.
  std::int64_t commits() const;

 private:
  using Batch = std::vector<std::unique_ptr<Request>>;

  void work();
  enum class Taken { kBatch, kNothing, kEnd };
  Taken take(Batch& batch);
  void look();
  Result<void> probe();
  bool may_gather() const;
  void perform(std::span<const std::unique_ptr<Request>> batch);
  Result<void> try_together(std::span<const std::unique_ptr<Request>> batch);
  static Result<void> run_caught(Request& request, SqliteDatabase& database);
  Result<void> begin(Kind kind);

  const std::size_t capacity_;
  const std::chrono::milliseconds gather_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::unique_ptr<Request>> waiting_;  // with mutex_
  std::int64_t commits_ = 0;                      // with mutex_
  std::size_t in_haste_ = 0;                      // with mutex_: of those that wait
  bool gathering_ = false;                        // with mutex_
  bool ending_ = false;                           // with mutex_

  SqliteDatabase database_;  // from here on the thread's own
  Kind synchronous_ = Kind::kDurableWrite;
  StoreHealth health_;
  std::thread thread_;
};

}  // namespace glovebox
