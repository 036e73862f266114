#include "store/store_thread.h"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

namespace glovebox {

StoreThread::StoreThread(SqliteDatabase database, std::size_t capacity,
                         std::chrono::milliseconds gather, HealthBoard* health, OnCommit on_commit)
    : capacity_(capacity),
      gather_(gather),
      database_(std::move(database)),
      health_(health),
      on_commit_(std::move(on_commit)),
      thread_([this] { work(); }) {}

StoreThread::~StoreThread() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

Result<void> StoreThread::submit(std::unique_ptr<Request>& request, Room room) {
  bool wake = true;
  {
    std::lock_guard lock(mutex_);
    if (room == Room::kIfThereIs && waiting_.size() >= capacity_) {
      return Error(ErrorKind::kQueueFull,
                   std::to_string(waiting_.size()) +
                       " requests wait for the database, which is the limit; try again later")
          .with("limit", "store_queue")
          .with("configured", capacity_)
          .with("observed", waiting_.size())
          .with_retry_after(std::chrono::seconds(1));
    }
    if (request->pace() == Pace::kAtOnce) ++in_haste_;
    waiting_.push_back(std::move(request));
    wake = !gathering_ || !may_gather();
  }
  if (wake) wake_.notify_one();
  return ok();
}

std::int64_t StoreThread::commits() const {
  std::lock_guard lock(mutex_);
  return commits_;
}

void StoreThread::work() {
  Batch batch;
  for (Taken taken = take(batch); taken != Taken::kEnd; taken = take(batch)) {
    if (taken == Taken::kNothing) {
      look();
      continue;
    }
    perform(batch);
    for (auto& request : batch) request->complete();
    batch.clear();
  }
}

void StoreThread::look() {
  Result<void> in_place = database_.check_in_place();
  if (in_place.has_error()) {
    health_.failed(in_place.error());
  } else if (health_.wants_probe()) {
    Result<void> written = probe();
    if (written.has_error() && database_.in_transaction()) (void)database_.execute("ROLLBACK");
    if (written.has_error()) health_.failed(written.error());
  }
}

// A commit that changes nothing but reaches the disk.
Result<void> StoreThread::probe() {
  GB_TRY_VOID(begin(Kind::kDurableWrite));
  GB_TRY_VOID(database_.execute("CREATE TABLE probe (x); DROP TABLE probe;"));
  GB_TRY_VOID(database_.execute("COMMIT"));
  health_.committed();
  return ok();
}

// Called with the mutex held. Whether to wait for more requests.
bool StoreThread::may_gather() const {
  return !ending_ && in_haste_ == 0 && waiting_.size() < kLongestBatch;
}

// Waits for requests, for a limited time.
StoreThread::Taken StoreThread::take(Batch& batch) {
  std::unique_lock lock(mutex_);
  bool woken = wake_.wait_for(lock, kLookEvery, [this] { return ending_ || !waiting_.empty(); });
  if (!woken) return Taken::kNothing;
  gathering_ = true;
  wake_.wait_for(lock, gather_, [this] { return !may_gather(); });
  gathering_ = false;
  while (!waiting_.empty() && batch.size() < kLongestBatch) {
    if (waiting_.front()->pace() == Pace::kAtOnce) --in_haste_;
    batch.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return batch.empty() ? Taken::kEnd : Taken::kBatch;
}

void StoreThread::perform(std::span<const std::unique_ptr<Request>> batch) {
  Result<void> done = try_together(batch);
  if (!done.has_error()) return;
  if (database_.in_transaction()) (void)database_.execute("ROLLBACK");
  if (batch.size() == 1) {
    health_.failed(done.error());
    batch.front()->fail(told_if_unavailable(done.error()));
  } else {
    for (std::size_t i = 0; i < batch.size(); ++i) perform(batch.subspan(i, 1));
  }
}

// A failed read does not affect others: its error is its result.
Result<void> StoreThread::try_together(std::span<const std::unique_ptr<Request>> batch) {
  Kind strongest = Kind::kRead;
  for (const auto& request : batch) strongest = std::max(strongest, request->kind());
  if (strongest != Kind::kRead) GB_TRY_VOID(begin(strongest));
  for (const auto& request : batch) {
    Result<void> done = run_caught(*request, database_);
    if (!done.has_error()) continue;
    if (request->kind() != Kind::kRead) return done;
    health_.failed(done.error());
    request->fail(told_if_unavailable(done.error()));
  }
  if (strongest == Kind::kRead) return ok();
  GB_TRY_VOID(commit());
  health_.committed();
  std::lock_guard lock(mutex_);
  ++commits_;
  return ok();
}

Result<void> StoreThread::run_caught(Request& request, SqliteDatabase& database) {
  try {
    return request.run(database);
  } catch (const std::exception& e) {
    return internal_error(std::string("the database's thread: ") + e.what());
  }
}

// A commit that reaches the disk also covers all earlier ones, because they share the log.
Result<void> StoreThread::begin(Kind kind) {
  GB_TRY_VOID(database_.check_in_place());
  if (kind != synchronous_) {
    GB_TRY_VOID(database_.execute(kind == Kind::kDurableWrite ? "PRAGMA synchronous = FULL"
                                                              : "PRAGMA synchronous = NORMAL"));
    synchronous_ = kind;
  }
  GB_TRY(SqliteStatement begin, database_.prepare("BEGIN IMMEDIATE"));
  return begin.run();
}

Result<void> StoreThread::commit() {
  auto start = std::chrono::steady_clock::now();
  GB_TRY(SqliteStatement statement, database_.prepare("COMMIT"));
  GB_TRY_VOID(statement.run());
  if (on_commit_) on_commit_(std::chrono::steady_clock::now() - start);
  return ok();
}

}  // namespace glovebox
