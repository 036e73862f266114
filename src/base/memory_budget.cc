#include "base/memory_budget.h"

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace glovebox {
namespace {

constexpr std::chrono::seconds kRetryAfter{2};

std::size_t index_of(MemoryUse use) {
  return static_cast<std::size_t>(use);
}

// Adds only if the sum stays within the limit.
bool add_within(std::atomic<std::uint64_t>& sum, std::uint64_t bytes, std::uint64_t limit) {
  std::uint64_t before = sum.load(std::memory_order_relaxed);
  do {
    if (before > limit || bytes > limit - before) return false;
  } while (!sum.compare_exchange_weak(before, before + bytes, std::memory_order_relaxed));
  return true;
}

}  // namespace

MemoryBudget::MemoryBudget(ByteCount limit) : state_(std::make_shared<State>()) {
  state_->limit = limit.bytes();
}

std::uint64_t MemoryBudget::State::limit_of_one_use() const {
  return static_cast<std::uint64_t>(static_cast<double>(limit) * kPartOfOneUse);
}

bool MemoryBudget::State::try_take(MemoryUse use, std::uint64_t bytes) {
  std::atomic<std::uint64_t>& of_use = by_use[index_of(use)];
  if (!add_within(of_use, bytes, limit_of_one_use())) return false;
  if (add_within(used, bytes, limit)) return true;
  of_use.fetch_sub(bytes, std::memory_order_relaxed);
  return false;
}

void MemoryBudget::State::take(MemoryUse use, std::uint64_t bytes) {
  by_use[index_of(use)].fetch_add(bytes, std::memory_order_relaxed);
  used.fetch_add(bytes, std::memory_order_relaxed);
}

void MemoryBudget::State::give(MemoryUse use, std::uint64_t bytes) {
  by_use[index_of(use)].fetch_sub(bytes, std::memory_order_relaxed);
  used.fetch_sub(bytes, std::memory_order_relaxed);
}

MemoryBudget::Share::Share(Share&& other) noexcept
    : state_(std::move(other.state_)), use_(other.use_), bytes_(std::exchange(other.bytes_, 0)) {}

MemoryBudget::Share& MemoryBudget::Share::operator=(Share&& other) noexcept {
  if (this == &other) return *this;
  release();
  state_ = std::move(other.state_);
  use_ = other.use_;
  bytes_ = std::exchange(other.bytes_, 0);
  return *this;
}

bool MemoryBudget::Share::grow_to(std::uint64_t bytes) {
  if (bytes <= bytes_) return true;
  if (state_ && !state_->try_take(use_, bytes - bytes_)) return false;
  bytes_ = bytes;
  return true;
}

void MemoryBudget::Share::take(std::uint64_t bytes) {
  if (bytes <= bytes_) return;
  if (state_) state_->take(use_, bytes - bytes_);
  bytes_ = bytes;
}

void MemoryBudget::Share::shrink_to(std::uint64_t bytes) {
  if (bytes >= bytes_) return;
  if (state_) state_->give(use_, bytes_ - bytes);
  bytes_ = bytes;
}

void MemoryBudget::Share::release() {
  shrink_to(0);
  state_ = nullptr;
}

MemoryBudget::Share MemoryBudget::share(MemoryUse use) const {
  Share share;
  share.state_ = state_;
  share.use_ = use;
  return share;
}

Result<MemoryBudget::Share> MemoryBudget::reserve(MemoryUse use, ByteCount bytes,
                                                  std::string_view what) const {
  Share taken = share(use);
  if (!taken.grow_to(bytes.bytes())) return refusal(use, bytes, what);
  return taken;
}

Error MemoryBudget::refusal(MemoryUse use, ByteCount bytes, std::string_view what) const {
  return Error(ErrorKind::kQueueFull,
               fmt::format("the server's memory for requests is used up: {} needs {}, and {} of {} "
                           "are taken; try again later",
                           what, format_bytes(bytes), format_bytes(used()), format_bytes(limit())))
      .with("limit", "memory_budget")
      .with("configured", limit().bytes())
      .with("observed", used().bytes() + bytes.bytes())
      .with("ofThisUse", used_by(use).bytes())
      .with_retry_after(kRetryAfter);
}

ByteCount MemoryBudget::limit() const {
  return ByteCount(state_->limit);
}

ByteCount MemoryBudget::used_by(MemoryUse use) const {
  return ByteCount(state_->by_use[index_of(use)].load(std::memory_order_relaxed));
}

ByteCount MemoryBudget::used() const {
  return ByteCount(state_->used.load(std::memory_order_relaxed));
}

}  // namespace glovebox
