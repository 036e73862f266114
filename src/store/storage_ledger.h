// StorageLedger: what lies in the data directory, counted in memory, and who may add to it.
//
// It does no I/O but the question for the disk's free space: whoever stores or removes something
// tells it, and nothing is walked for a request. What many projects share (a tree of the same
// content) counts once for all, and once for each client who has it.
//
// Room is refused where the whole would pass the quota, where one client would pass a quarter of
// it, and where the disk itself is nearly full. Threads: the event loop.
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
  std::string id;  // a project's or a job's
  ClientId owner;
  std::string content;  // items with the same content lie on the disk once
  ByteCount bytes;
  WallTime expires_at;
};

struct StorageLimits {
  ByteCount quota;  // 0: off, and no client has a share
  // A bound of the ledger itself, also where there is no quota.
  std::size_t items = 100'000;
  // Of `quota` and of `items`, what one client may have.
  static constexpr std::uint64_t kClientsPart = 4;
};

class StorageLedger {
  struct State;

 public:
  // Asked each time that room is wanted; empty: the disk is not looked at.
  using DiskProbe = std::function<Result<DiskSpace>()>;

  // `clock` must outlive it.
  StorageLedger(const StorageLimits& limits, const Clock& clock, DiskProbe probe);

  // Bytes that are about to be written; given back when it goes. It may outlive the ledger.
  class Room {
   public:
    Room() = default;
    Room(Room&& other) noexcept;
    Room& operator=(Room&& other) noexcept;
    ~Room() { release(); }
    // Grows to `bytes` in all where there is room; never shrinks, nor grows after leave_share().
    // One made by Room() has all the room in the world.
    Result<void> grow_to(ByteCount bytes);
    // It goes on counting for all, but not as its owner's: for an archive while its content takes
    // its place.
    void leave_share();
    void release();

   private:
    friend class StorageLedger;
    std::shared_ptr<State> state_;
    ClientId owner_;
    std::uint64_t bytes_ = 0;
    bool in_share_ = true;
  };

  // kQueueFull where the storage or the disk is full, kRateLimit where it is the client's share;
  // each says what is used, what is allowed and when the next thing expires.
  Result<Room> reserve(const ClientId& owner, ByteCount bytes);
  // Whether add(item) would stay within the limits.
  Result<void> check(const StorageItem& item) const;

  // Never refused: it is there. Replaces an item of the same id.
  void add(StorageItem item);
  void remove(const std::string& id);
  // What is there besides the items, such as the database.
  void set_other(ByteCount bytes);

  // Items, other, and room that is taken.
  ByteCount used() const;
  ByteCount used_by(const ClientId& owner) const;
  // What lies on the disk for items alone.
  ByteCount items_bytes() const;
  // Changes with every change of the items.
  std::uint64_t version() const;
  // Whether something could go to make room.
  bool has_expired() const;
  std::optional<WallTime> next_expiry() const;

 private:
  std::shared_ptr<State> state_;
};

// A write that failed since the disk, or somebody's quota of it, was full, as a refusal that says
// so; other errors pass.
Error no_room_if_full(Error error);

}  // namespace glovebox
