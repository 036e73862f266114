// StorageLedger: counts the content of the data directory in memory, and decides who may add to it.
//
// It does no I/O except asking for the disk's free space. Callers report what they store and
// remove, and no request walks the disk. Content that several projects share (a tree) counts once
// in total, and once for each client that has it.
//
// Room is refused if the total would exceed the quota, if one client would exceed a quarter of it,
// or if the disk is nearly full. Threads: the event loop.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/disk_usage.h"
#include "base/result.h"
#include "base/units.h"
#include "model/ids.h"

namespace glovebox {

struct StorageItem {
  std::string id;  // of a project or a job
  ClientId owner;
  std::string content;  // items with the same content are stored once
  ByteCount bytes;
  WallTime expires_at;
};

struct StorageLimits {
  ByteCount quota;  // 0: no quota, and no share per client
  // The ledger's own bound, also without a quota.
  std::size_t items = 100'000;
  // One client may have this part of `quota` and of `items`.
  static constexpr std::uint64_t kClientsPart = 4;
};

class StorageLedger {
  struct State;

 public:
  // Called each time room is requested; empty: the disk is not checked.
  using DiskProbe = std::function<Result<DiskSpace>()>;

  // `clock` must outlive it.
  StorageLedger(const StorageLimits& limits, const Clock& clock, DiskProbe probe);

  // Reserved bytes for a write; released when destroyed. It may outlive the ledger.
  class Room {
   public:
    Room() = default;
    Room(Room&& other) noexcept;
    Room& operator=(Room&& other) noexcept;
    ~Room() { release(); }
    // Grows to `bytes` in total if there is room. Never shrinks, and does not grow after
    // leave_share(). A Room made by Room() is unlimited.
    Result<void> grow_to(ByteCount bytes);
    // Continues to count in the total, but not for its owner: for an archive that is being replaced
    // by its content.
    void leave_share();
    void release();

   private:
    friend class StorageLedger;
    std::shared_ptr<State> state_;
    ClientId owner_;
    std::uint64_t bytes_ = 0;
    bool in_share_ = true;
  };

  // kQueueFull if the storage or the disk is full, kRateLimit if the client's share is used up. The
  // error has the usage, the limit and the next expiry.
  Result<Room> reserve(const ClientId& owner, ByteCount bytes);
  // Whether add(item) would stay within the limits.
  Result<void> check(const StorageItem& item) const;

  // Never refused, because it is already stored. Replaces an item with the same id.
  void add(StorageItem item);
  void remove(const std::string& id);
  // Sets the size of other content, such as the database.
  void set_other(ByteCount bytes);

  // The sum of items, other content and reserved room.
  ByteCount used() const;
  ByteCount used_by(const ClientId& owner) const;
  // The disk usage of items only.
  ByteCount items_bytes() const;
  // Changes with every change of the items.
  std::uint64_t version() const;
  // Whether expired items could be deleted to make room.
  bool has_expired() const;
  std::optional<WallTime> next_expiry() const;

 private:
  std::shared_ptr<State> state_;
};

// If a write failed because the disk, or a quota on it, was full, converts the error to a refusal.
// Other errors pass unchanged.
Error no_room_if_full(Error error);

}  // namespace glovebox
