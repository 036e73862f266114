// Signal and Event: how coroutines of one event loop wake each other.
//
// A waiter must keep the object alive that it waits for. Threads: the event loop.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>

#include "base/awaitable.h"

namespace glovebox {

enum class Wait { kNotified, kGivenUp };

// Wakes all coroutines that wait now.
class Signal {
 public:
  explicit Signal(boost::asio::io_context& loop) : loop_(&loop) {}

  void notify() {
    if (timer_) timer_->cancel();
  }

  // Also returns if the waiting coroutine is cancelled: check the condition afterwards.
  Awaitable<void> wait() {
    auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
    if (!timer_) timer_ = std::make_unique<Timer>(*loop_, Timer::time_point::max());
    co_await timer_->async_wait(token);
  }

 private:
  using Timer = boost::asio::steady_timer;
  boost::asio::io_context* loop_;
  std::unique_ptr<Timer> timer_;  // created by the first waiter: most signals never have one
};

// Waits until `holds()` returns true, which is checked at each notification, or the time is over.
inline Awaitable<void> wait_until(boost::asio::io_context& loop, Signal& signal,
                                  std::chrono::milliseconds at_most, std::function<bool()> holds) {
  // Shared with the timer's handler, which may run after this object was destroyed.
  struct Deadline {
    Signal* signal;
    bool passed = false;
  };
  auto deadline = std::make_shared<Deadline>();
  deadline->signal = &signal;
  boost::asio::steady_timer timer(loop, at_most);
  timer.async_wait([deadline](const boost::system::error_code& error) {
    if (error || !deadline->signal) return;
    deadline->passed = true;
    deadline->signal->notify();
  });
  while (!holds() && !deadline->passed) co_await signal.wait();
  deadline->signal = nullptr;
}

// Happens once.
class Event {
 public:
  explicit Event(boost::asio::io_context& loop) : signal_(loop) {}

  bool happened() const { return happened_; }
  void set() {
    happened_ = true;
    signal_.notify();
  }
  // kGivenUp: the waiting coroutine was cancelled before it happened.
  Awaitable<Wait> wait() {
    if (!happened_) co_await signal_.wait();
    co_return happened_ ? Wait::kNotified : Wait::kGivenUp;
  }

 private:
  Signal signal_;
  bool happened_ = false;
};

}  // namespace glovebox
