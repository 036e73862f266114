// OutputTurns: how the pipes of all jobs share the event loop with everything else.
//
// Reading output is the only work of the loop that a tool can ask for without end. So each read is
// a turn, turns are taken in the order in which they were asked for, and all turns together get
// half of the loop's time: after at most half a millisecond of reading, as much time goes by
// without any. A tool whose pipe is full meanwhile waits, as it would for any slow reader.
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
  // One turn reads at most so much.
  static constexpr std::size_t kTurnBytes = 64 << 10;
  // What turns take in a row before they rest, beside the last one's excess.
  static constexpr std::chrono::microseconds kWork{500};

  explicit OutputTurns(boost::asio::io_context& loop, Share share = Share::kHalf);

  // Calls `turn` once, now or later; it reads into buffer(). One at a time for each pipe, so that
  // what waits is bounded by the number of pipes.
  void ask(std::function<void()> turn);
  // How many wait.
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
  // Each turn moves it on by twice the time that it took: until then its time is not paid back.
  SteadyTime paid_until_{};
  boost::asio::steady_timer timer_;
  std::unique_ptr<char[]> buffer_;  // no memory before something was read
  OutputCounter counter_;
};

}  // namespace glovebox
