#include "execution/jobs/output_turns.h"

#include <algorithm>
#include <utility>

namespace glovebox {

OutputTurns::OutputTurns(boost::asio::io_context& loop, Share share)
    : loop_(loop),
      share_(share),
      timer_(loop),
      buffer_(std::make_unique_for_overwrite<char[]>(kTurnBytes)),
      counter_(loop) {}

void OutputTurns::ask(std::function<void()> turn) {
  // In order: the first one that waits is served first.
  if (waiting_.empty() && may_work(std::chrono::steady_clock::now())) return take(turn);
  waiting_.push_back(std::move(turn));
  if (waiting_.size() == 1) rest();
}

bool OutputTurns::may_work(SteadyTime now) const {
  return share_ == Share::kWhole || paid_until_ < now + 2 * kWork;
}

void OutputTurns::take(const std::function<void()>& turn) {
  SteadyTime begun = std::chrono::steady_clock::now();
  turn();
  SteadyTime ended = std::chrono::steady_clock::now();
  paid_until_ = std::max(paid_until_, begun) + 2 * (ended - begun);
}

void OutputTurns::rest() {
  timer_.expires_at(paid_until_);
  timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    auto self = weak.lock();
    if (self && !error) self->work();
  });
}

void OutputTurns::work() {
  while (!waiting_.empty() && may_work(std::chrono::steady_clock::now())) {
    std::function<void()> turn = std::move(waiting_.front());
    waiting_.pop_front();
    take(turn);
  }
  if (!waiting_.empty()) rest();
}

}  // namespace glovebox
