// Storage: keeps the ledger of the data directory correct, and makes room in it.
//
// Threads: the event loop; measurements run in the pool.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <optional>

#include "base/awaitable.h"
#include "base/clock.h"
#include "base/result.h"
#include "execution/async/signal.h"
#include "execution/projects/storage_ledger.h"

namespace glovebox {

struct StorageOptions {
  StorageLimits limits;
  StorageLedger::DiskProbe disk;
  // Walks the data directory and measures everything; empty: only what is added to the ledger
  // counts.
  std::function<Result<ByteCount>()> measure;
  std::chrono::milliseconds measure_interval = std::chrono::minutes(10);
};

class Storage {
 public:
  struct Deps {
    boost::asio::io_context& loop;
    boost::asio::thread_pool& pool;
    const Clock& clock;
    // Removes what has expired.
    std::function<Awaitable<void>()> sweep;
  };
  Storage(Deps deps, StorageOptions options);

  StorageLedger& ledger() { return ledger_; }
  const StorageLedger& ledger() const { return ledger_; }

  // Room for `bytes` of `owner`. Waits until what an earlier process left has been counted. If
  // there is no room, expired items are removed first.
  Awaitable<Result<StorageLedger::Room>> make_room(ClientId owner, ByteCount bytes);
  // The same for content that is already stored, before it is added to the ledger.
  Awaitable<Result<void>> check(StorageItem item);
  // Call when the earlier process's share is in the ledger.
  void set_counted() { counted_.set(); }

  // Measures what the ledger does not count itself, such as the database, when it is due.
  Awaitable<void> measure_when_due();

 private:
  Deps deps_;
  StorageOptions options_;
  StorageLedger ledger_;
  Event counted_;
  std::optional<SteadyTime> measured_;
  int spoiled_ = 0;
};

}  // namespace glovebox
