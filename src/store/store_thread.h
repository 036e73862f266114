// StoreThread: the only thread that uses the database.
//
// Requests wait in a bounded queue. All requests that wait when the thread is free form a batch,
// and the writes of a batch are one transaction: a commit that must reach the disk costs the same
// for one write as for a hundred. If all waiting requests may share a commit, the thread waits up
// to kGather for more. Results are delivered after the commit, in the order of the requests, so
// nobody reads data that may still be lost. If a write fails, the batch is rolled back and its
// requests are repeated one by one, so that one bad write does not affect others. An exception in a
// request is the error of that request only.
//
// Nothing is written while the file is missing, because it would be lost. While there are no
// requests, this, and whether a fault has passed, is checked every kLookEvery.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
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
    kWrite,  // survives a crash of the process, possibly not a power failure (synchronous = NORMAL)
    kDurableWrite,  // on disk when complete (synchronous = FULL)
  };

  class Request {
   public:
    explicit Request(Kind kind, Pace pace = Pace::kAtOnce) : kind_(kind), pace_(pace) {}
    virtual ~Request() = default;
    Kind kind() const { return kind_; }
    Pace pace() const { return pace_; }
    // Runs on the store's thread and stores its result. May be called again after a rollback.
    virtual Result<void> run(SqliteDatabase& database) = 0;
    // Replaces the stored result.
    virtual void fail(Error error) = 0;
    // Delivers the result. Called once, at the end.
    virtual void complete() = 0;

   private:
    Kind kind_;
    Pace pace_;
  };

  static constexpr std::size_t kLongestBatch = 256;
  static constexpr std::chrono::milliseconds kGather{1};
  static constexpr std::chrono::milliseconds kLookEvery{1000};

  // How long a transaction's COMMIT took. Called on the store's thread; must not throw.
  using OnCommit = std::function<void(std::chrono::nanoseconds)>;

  StoreThread(SqliteDatabase database, std::size_t capacity,
              std::chrono::milliseconds gather = kGather, HealthBoard* health = nullptr,
              OnCommit on_commit = nullptr);
  // Completes the waiting requests, then ends the thread.
  ~StoreThread();
  StoreThread(const StoreThread&) = delete;
  StoreThread& operator=(const StoreThread&) = delete;

  enum class Room { kIfThereIs, kAlways };
  // kQueueFull if `capacity` requests wait; the request is then not moved. Any thread.
  Result<void> submit(std::unique_ptr<Request>& request, Room room);

  // The number of transactions so far. Any thread.
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
  Result<void> commit();

  const std::size_t capacity_;
  const std::chrono::milliseconds gather_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::unique_ptr<Request>> waiting_;  // with mutex_
  std::int64_t commits_ = 0;                      // with mutex_
  std::size_t in_haste_ = 0;                      // with mutex_: of the waiting requests
  bool gathering_ = false;                        // with mutex_
  bool ending_ = false;                           // with mutex_

  SqliteDatabase database_;  // the members below belong to the thread
  Kind synchronous_ = Kind::kDurableWrite;
  StoreHealth health_;
  OnCommit on_commit_;
  std::thread thread_;
};

}  // namespace glovebox
