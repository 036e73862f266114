// MemoryBudget: one limit for all memory that clients can make the server use: outputs of jobs,
// responses and events that a slow client has not read yet, request bodies.
//
// The owner of such bytes has a Share and grows it before it allocates. A Share that cannot grow is
// not an error by itself: its owner truncates an output and flags it, or refuses a request with
// 503. One use may take at most kPartOfOneUse of the budget, so that outputs cannot block requests.
// Threads: any; a Share belongs to one thread at a time and may outlive the budget.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "base/units.h"

namespace glovebox {

enum class MemoryUse : std::uint8_t {
  kOutput,   // output of jobs until their ends are recorded
  kAnswers,  // responses in transit, and logs that are read back for them
  kBodies,   // request bodies, while they are read and checked
};

class MemoryBudget {
  struct State;

 public:
  static constexpr double kPartOfOneUse = 0.75;

  explicit MemoryBudget(ByteCount limit);

  class Share {
   public:
    // Without a budget: grows without limit. For tests and for programs with one job.
    Share() = default;
    Share(Share&& other) noexcept;
    Share& operator=(Share&& other) noexcept;
    ~Share() { release(); }

    // False, and unchanged, if there is no room. Never shrinks.
    [[nodiscard]] bool grow_to(std::uint64_t bytes);
    // Grows even without room: for memory that is already allocated or must be. Use it only for
    // bounded sizes.
    void take(std::uint64_t bytes);
    void shrink_to(std::uint64_t bytes);
    // Releases everything and leaves the budget.
    void release();
    std::uint64_t bytes() const { return bytes_; }

   private:
    friend class MemoryBudget;
    std::shared_ptr<State> state_;
    MemoryUse use_ = MemoryUse::kOutput;
    std::uint64_t bytes_ = 0;
  };

  // Holds nothing yet.
  Share share(MemoryUse use) const;
  // kQueueFull, with retry_after, if there is no room. `what` is for the message: "the answer".
  Result<Share> reserve(MemoryUse use, ByteCount bytes, std::string_view what) const;
  // The same error, for callers that grow a Share themselves.
  Error refusal(MemoryUse use, ByteCount bytes, std::string_view what) const;

  ByteCount limit() const;
  ByteCount used() const;
  ByteCount used_by(MemoryUse use) const;

 private:
  struct State {
    std::uint64_t limit = 0;
    std::atomic<std::uint64_t> used = 0;
    std::array<std::atomic<std::uint64_t>, 3> by_use{};

    std::uint64_t limit_of_one_use() const;
    bool try_take(MemoryUse use, std::uint64_t bytes);
    void take(MemoryUse use, std::uint64_t bytes);
    void give(MemoryUse use, std::uint64_t bytes);
  };
  std::shared_ptr<State> state_;
};

}  // namespace glovebox
