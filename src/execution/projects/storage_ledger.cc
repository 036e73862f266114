#include "execution/projects/storage_ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/log.h"

namespace glovebox {
namespace {

// Kept free on the disk: 5 %, but at most this.
constexpr std::uint64_t kMostKeptFree = 1ULL << 30;
constexpr std::uint64_t kKeptFreePart = 20;
// The wait if no expiry is known.
constexpr std::chrono::seconds kRetryAnyway{60};

// Warns once above the first value, and again only after falling below the second.
constexpr std::uint64_t kWarnPercent = 90;
constexpr std::uint64_t kCalmPercent = 80;

using Expiry = std::pair<WallTime, std::string>;

struct Owner {
  std::uint64_t bytes = 0;  // bytes of stored contents and of reserved room
  std::unordered_map<std::string, std::size_t>
      contents;  // how many of the owner's items have each content
  std::set<Expiry> expiries;
  std::uint64_t room = 0;
};

struct Content {
  std::uint64_t bytes = 0;
  std::size_t items = 0;
};

}  // namespace

struct StorageLedger::State {
  StorageLimits limits;
  const Clock& clock;
  DiskProbe probe;
  std::unordered_map<std::string, StorageItem> items;
  std::unordered_map<std::string, Content> contents;
  std::unordered_map<ClientId, Owner> owners;
  std::set<Expiry> expiries;
  std::uint64_t items_bytes = 0;
  std::uint64_t room = 0;
  std::uint64_t other = 0;
  std::uint64_t version = 0;
  bool warned = false;

  std::uint64_t used() const { return items_bytes + room + other; }
  const Owner* find_owner(const ClientId& id) const {
    auto found = owners.find(id);
    return found == owners.end() ? nullptr : &found->second;
  }
  void forget_if_empty(const ClientId& id) {
    auto found = owners.find(id);
    if (found->second.contents.empty() && found->second.room == 0) owners.erase(found);
  }
  void take_room(const ClientId& id, std::uint64_t bytes) {
    take_share(id, bytes);
    room += bytes;
    warn_when_nearly_full();
  }
  void give_room(std::uint64_t bytes) {
    room -= bytes;
    warn_when_nearly_full();
  }
  void take_share(const ClientId& id, std::uint64_t bytes) {
    Owner& owner = owners[id];
    owner.room += bytes;
    owner.bytes += bytes;
  }
  void give_share(const ClientId& id, std::uint64_t bytes) {
    Owner& owner = owners[id];
    owner.room -= bytes;
    owner.bytes -= bytes;
    forget_if_empty(id);
  }

  void warn_when_nearly_full() {
    std::uint64_t quota = limits.quota.bytes();
    if (quota == 0) return;
    bool over = used() >= quota / 100 * kWarnPercent;
    if (over && !warned) {
      spdlog::warn(
          "the data directory uses {} of its storage_quota of {}; uploads are refused "
          "when it is full",
          format_bytes(ByteCount(used())), format_bytes(limits.quota));
    }
    if (over || used() < quota / 100 * kCalmPercent) warned = over;
  }

  // The error has the time to retry: the first expiry in `due`.
  Error refusal(ErrorKind kind, std::string message, const std::set<Expiry>* due) const {
    Error error(kind, std::move(message));
    std::chrono::seconds after = kRetryAnyway;
    if (due != nullptr && !due->empty()) {
      WallTime next = due->begin()->first;
      after = std::max(std::chrono::ceil<std::chrono::seconds>(next - clock.wall_now()),
                       std::chrono::seconds(1));
      static_cast<void>(std::move(error).with("nextExpiry", format_rfc3339(next)));
    }
    return std::move(error).with_retry_after(after);
  }
  std::string when(const std::set<Expiry>* due) const {
    if (due == nullptr || due->empty()) return "";
    return "; the next project or job expires at " + format_rfc3339(due->begin()->first);
  }

  Result<void> check_quota(std::uint64_t more) const {
    std::uint64_t quota = limits.quota.bytes();
    if (quota == 0 || used() + more <= quota) return ok();
    std::string text = fmt::format(
        "the server's storage is full: {} of {} used, and this needs {} more{}; try again "
        "later",
        format_bytes(ByteCount(used())), format_bytes(limits.quota), format_bytes(ByteCount(more)),
        when(&expiries));
    return refusal(ErrorKind::kQueueFull, std::move(text), &expiries)
        .with("limit", "storage_quota")
        .with("configured", quota)
        .with("observed", used() + more);
  }

  Result<void> check_share(const ClientId& id, std::uint64_t more) const {
    std::uint64_t share = limits.quota.bytes() / StorageLimits::kClientsPart;
    const Owner* owner = find_owner(id);
    std::uint64_t has = owner != nullptr ? owner->bytes : 0;
    if (share == 0 || has + more <= share) return ok();
    const std::set<Expiry>* due = owner != nullptr ? &owner->expiries : nullptr;
    std::string text = fmt::format(
        "your projects and files use {}; the limit per client is {}, and this needs {} more{}; "
        "delete a project or try again later",
        format_bytes(ByteCount(has)), format_bytes(ByteCount(share)), format_bytes(ByteCount(more)),
        when(due));
    return refusal(ErrorKind::kRateLimit, std::move(text), due)
        .with("limit", "storage_per_client")
        .with("configured", share)
        .with("observed", has + more);
  }

  Result<void> check_number(const ClientId& id) const {
    const Owner* owner = find_owner(id);
    std::size_t has = owner != nullptr ? owner->expiries.size() : 0;
    std::size_t share = limits.items / StorageLimits::kClientsPart;
    if (has >= share) {
      std::string text = fmt::format(
          "you have {} projects and jobs with files, which is the limit per client{}; "
          "delete a project or try again later",
          format_count(has), when(&owner->expiries));
      return refusal(ErrorKind::kRateLimit, std::move(text), &owner->expiries)
          .with("limit", "items")
          .with("configured", share)
          .with("observed", has);
    }
    if (items.size() < limits.items) return ok();
    std::string text = fmt::format(
        "the server has {} projects and jobs with files, which is its limit{}; try again later",
        format_count(items.size()), when(&expiries));
    return refusal(ErrorKind::kQueueFull, std::move(text), &expiries)
        .with("limit", "items")
        .with("configured", limits.items)
        .with("observed", items.size());
  }

  Result<void> check_disk(std::uint64_t more) const {
    if (!probe) return ok();
    Result<DiskSpace> space = probe();
    if (space.has_error()) return ok();  // the writer will get the error
    std::uint64_t keep = std::min(space->total.bytes() / kKeptFreePart, kMostKeptFree);
    bool inodes = space->inodes_available * kKeptFreePart >= 1;
    if (inodes && space->available.bytes() >= keep + more) return ok();
    std::string text = fmt::format(
        "the server's disk is nearly full: {} are free, {} are reserved, and this needs {}{}; try "
        "again later",
        format_bytes(space->available), format_bytes(ByteCount(keep)),
        inodes ? format_bytes(ByteCount(more)) : "more space than is free for one file",
        when(&expiries));
    return refusal(ErrorKind::kQueueFull, std::move(text), &expiries)
        .with("limit", "disk")
        .with("configured", keep)
        .with("observed", space->available.bytes());
  }

  Result<void> check_all(const ClientId& id, std::uint64_t for_all, std::uint64_t for_owner) const {
    GB_TRY_VOID(check_share(id, for_owner));
    GB_TRY_VOID(check_quota(for_all));
    return check_disk(for_all);
  }
};

StorageLedger::StorageLedger(const StorageLimits& limits, const Clock& clock, DiskProbe probe)
    : state_(std::make_shared<State>(State{limits, clock, std::move(probe)})) {}

StorageLedger::Room::Room(Room&& other) noexcept
    : state_(std::move(other.state_)),
      owner_(std::move(other.owner_)),
      bytes_(std::exchange(other.bytes_, 0)),
      in_share_(other.in_share_) {}

StorageLedger::Room& StorageLedger::Room::operator=(Room&& other) noexcept {
  if (this == &other) return *this;
  release();
  state_ = std::move(other.state_);
  owner_ = std::move(other.owner_);
  bytes_ = std::exchange(other.bytes_, 0);
  in_share_ = other.in_share_;
  return *this;
}

Result<void> StorageLedger::Room::grow_to(ByteCount bytes) {
  if (!state_ || !in_share_ || bytes.bytes() <= bytes_) return ok();
  std::uint64_t more = bytes.bytes() - bytes_;
  GB_TRY_VOID(state_->check_all(owner_, more, more));
  state_->take_room(owner_, more);
  bytes_ += more;
  return ok();
}

void StorageLedger::Room::release() {
  auto state = std::exchange(state_, nullptr);
  if (!state) return;
  if (in_share_) state->give_share(owner_, bytes_);
  state->give_room(std::exchange(bytes_, 0));
}

void StorageLedger::Room::leave_share() {
  if (state_ && std::exchange(in_share_, false)) state_->give_share(owner_, bytes_);
}

Result<StorageLedger::Room> StorageLedger::reserve(const ClientId& owner, ByteCount bytes) {
  GB_TRY_VOID(state_->check_number(owner));
  GB_TRY_VOID(state_->check_all(owner, bytes.bytes(), bytes.bytes()));
  Room room;
  room.state_ = state_;
  room.owner_ = owner;
  room.bytes_ = bytes.bytes();
  state_->take_room(owner, room.bytes_);
  return room;
}

Result<void> StorageLedger::check(const StorageItem& item) const {
  const Owner* owner = state_->find_owner(item.owner);
  bool has_it = owner != nullptr && owner->contents.contains(item.content);
  bool is_there = state_->contents.contains(item.content);
  GB_TRY_VOID(state_->check_number(item.owner));
  // It is already on the disk, so it is part of the disk's used space.
  GB_TRY_VOID(state_->check_share(item.owner, has_it ? 0 : item.bytes.bytes()));
  return state_->check_quota(is_there ? 0 : item.bytes.bytes());
}

void StorageLedger::add(StorageItem item) {
  remove(item.id);
  State& state = *state_;
  Content& content = state.contents[item.content];
  if (content.items++ == 0) {
    content.bytes = item.bytes.bytes();
    state.items_bytes += content.bytes;
  }
  Owner& owner = state.owners[item.owner];
  if (owner.contents[item.content]++ == 0) owner.bytes += content.bytes;
  owner.expiries.emplace(item.expires_at, item.id);
  state.expiries.emplace(item.expires_at, item.id);
  ++state.version;
  std::string id = item.id;
  state.items.emplace(std::move(id), std::move(item));
  state.warn_when_nearly_full();
}

void StorageLedger::remove(const std::string& id) {
  State& state = *state_;
  auto found = state.items.find(id);
  if (found == state.items.end()) return;
  StorageItem item = std::move(found->second);
  state.items.erase(found);
  auto content = state.contents.find(item.content);
  Owner& owner = state.owners[item.owner];
  if (--owner.contents[item.content] == 0) {
    owner.contents.erase(item.content);
    owner.bytes -= content->second.bytes;
  }
  owner.expiries.erase({item.expires_at, item.id});
  state.expiries.erase({item.expires_at, item.id});
  if (--content->second.items == 0) {
    state.items_bytes -= content->second.bytes;
    state.contents.erase(content);
  }
  ++state.version;
  state.forget_if_empty(item.owner);
  state.warn_when_nearly_full();
}

void StorageLedger::set_other(ByteCount bytes) {
  state_->other = bytes.bytes();
  state_->warn_when_nearly_full();
}

ByteCount StorageLedger::used() const {
  return ByteCount(state_->used());
}

ByteCount StorageLedger::used_by(const ClientId& owner) const {
  const Owner* found = state_->find_owner(owner);
  return ByteCount(found != nullptr ? found->bytes : 0);
}

ByteCount StorageLedger::items_bytes() const {
  return ByteCount(state_->items_bytes);
}

std::uint64_t StorageLedger::version() const {
  return state_->version;
}

bool StorageLedger::has_expired() const {
  return !state_->expiries.empty() && state_->expiries.begin()->first <= state_->clock.wall_now();
}

std::optional<WallTime> StorageLedger::next_expiry() const {
  if (state_->expiries.empty()) return std::nullopt;
  return state_->expiries.begin()->first;
}

Error no_room_if_full(Error error) {
  bool full = error.errno_value() == ENOSPC || error.errno_value() == EDQUOT;
  // Items that the store has already reported stay unchanged.
  if (!full || error.kind() != ErrorKind::kInternal) return error;
  spdlog::error("the disk is full: {}", escape_for_log(error.message()));
  return Error(ErrorKind::kQueueFull, "the server's disk is full; try again later")
      .with("limit", "disk")
      .with_retry_after(kRetryAnyway);
}

}  // namespace glovebox
