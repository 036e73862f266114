// OutputTurns: how the pipes of all jobs share the event loop with all other work.
//
// Reading output is the only work of the loop of which a tool can create an unlimited amount. So
// each read is a turn, turns are served in the order of the requests, and all turns together get
// half of the loop's time: after at most half a millisecond of reading, the same amount of time
// passes without any. A tool whose pipe is full meanwhile waits, as for any slow reader.
//
// Threads: the event loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <span>

#include "base/clock.h"
#include "execution/jobs/output_counter.h"

namespace glovebox {

class OutputTurns : public std::enable_shared_from_this<OutputTurns> {
 public:
  // kWhole: for a loop that does nothing else.
  enum class Share { kHalf, kWhole };
  // The maximum number of bytes per turn.
  static constexpr std::size_t kTurnBytes = 64 << 10;
  // The time that consecutive turns take before a pause, not counting the excess of the last one.
  static constexpr std::chrono::microseconds kWork{500};

  explicit OutputTurns(boost::asio::io_context& loop, Share share = Share::kHalf);

  // Calls `turn` once, now or later; it reads into buffer(). One at a time for each pipe, so the
  // number of waiting turns is bounded by the number of pipes.
  void ask(std::function<void()> turn);
  // How many are waiting.
  std::size_t waiting() const { return waiting_.size(); }

  // Shared by all turns: valid until the turn ends.
  std::span<char> buffer() { return {buffer_.get(), kTurnBytes}; }
  OutputCounter& counter() { return counter_; }
  boost::asio::io_context& loop() { return loop_; }

 private:
  bool may_work(SteadyTime now) const;
  void take(const std::function<void()>& turn);
  void rest();
  void work();

  boost::asio::io_context& loop_;
  Share share_;
  std::deque<std::function<void()>> waiting_;
  // Each turn advances it by twice the turn's duration: no turn starts before that time.
  SteadyTime paid_until_{};
  boost::asio::steady_timer timer_;
  std::unique_ptr<char[]> buffer_;  // not allocated before the first read
  OutputCounter counter_;
};

}  // namespace glovebox
