// MemoryBudget: one bound for what clients can make the server hold in memory: outputs of jobs,
// answers and events that a slow client has not read yet, bodies of requests.
//
// Whoever holds such bytes has a Share and grows it before it takes more. A Share that cannot grow
// is no error of the budget: its owner cuts an output and flags it, or refuses a request with 503.
// One use may take kPartOfOneUse of the whole at most, so that outputs cannot starve requests.
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
  kOutput,   // kept of jobs until their ends are recorded
  kAnswers,  // on their way to clients, and logs that are read back for them
  kBodies,   // of requests, while they are read and checked
};

class MemoryBudget {
  struct State;

 public:
  static constexpr double kPartOfOneUse = 0.75;

  explicit MemoryBudget(ByteCount limit);

  class Share {
   public:
    // Of no budget: grows without a bound. For tests and for programs with one job.
    Share() = default;
    Share(Share&& other) noexcept;
    Share& operator=(Share&& other) noexcept;
    ~Share() { release(); }

    // False, and nothing taken, where there is no room. Never shrinks.
    [[nodiscard]] bool grow_to(std::uint64_t bytes);
    // Grows all the same: for what is there already, or must be. Use it for bounded things only.
    void take(std::uint64_t bytes);
    void shrink_to(std::uint64_t bytes);
    // Gives all back and leaves the budget.
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
  // kQueueFull, with retry_after, where there is no room. `what` is for the message: "the answer".
  Result<Share> reserve(MemoryUse use, ByteCount bytes, std::string_view what) const;
  // The same error, for who grows a Share by itself.
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
