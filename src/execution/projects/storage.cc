#include "execution/projects/storage.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "execution/async/blocking.h"

namespace glovebox {

Storage::Storage(Deps deps, StorageOptions options)
    : deps_(std::move(deps)),
      options_(std::move(options)),
      ledger_(options_.limits, deps_.clock, options_.disk),
      counted_(deps_.loop) {}

Awaitable<Result<StorageLedger::Room>> Storage::make_room(ClientId owner, ByteCount bytes) {
  Wait waited = co_await counted_.wait();
  if (waited == Wait::kGivenUp) co_return internal_error("the wait for storage was cancelled");
  Result<StorageLedger::Room> room = ledger_.reserve(owner, bytes);
  if (room || !ledger_.has_expired()) co_return room;
  co_await deps_.sweep();
  co_return ledger_.reserve(owner, bytes);
}

Awaitable<Result<void>> Storage::check(StorageItem item) {
  Result<void> fits = ledger_.check(item);
  if (fits || !ledger_.has_expired()) co_return fits;
  co_await deps_.sweep();
  co_return ledger_.check(item);
}

Awaitable<void> Storage::measure_when_due() {
  SteadyTime now = deps_.clock.steady_now();
  bool due = !measured_ || now - *measured_ >= options_.measure_interval;
  if (!options_.measure || !due) co_return;
  std::uint64_t version = ledger_.version();
  std::uint64_t known = ledger_.items_bytes().bytes();
  std::function<Result<ByteCount>()> measure = options_.measure;
  Result<ByteCount> all = co_await run_blocking(deps_.pool, std::move(measure));
  if (all.has_error()) {
    spdlog::warn("the data directory is not measured: {}", all.error().message());
    co_return;
  }
  // Files that were added or removed during the walk make the number wrong by their size. If that
  // happens each time, the smaller number is used until the next time.
  static constexpr int kMostTries = 5;
  bool spoiled = version != ledger_.version();
  if (spoiled && ++spoiled_ < kMostTries) co_return;
  spoiled_ = 0;
  measured_ = now;
  known = std::max(known, ledger_.items_bytes().bytes());
  ledger_.set_other(ByteCount(all->bytes() > known ? all->bytes() - known : 0));
}

}  // namespace glovebox
