// BackgroundTasks: coroutines that nobody awaits, counted, and with what they throw in the log.
//
// Threads: the event loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "base/awaitable.h"
#include "execution/async/signal.h"

namespace glovebox {

class BackgroundTasks {
 public:
  explicit BackgroundTasks(boost::asio::io_context& loop);

  // `name` is for the log.
  void spawn(std::string name, Awaitable<void> task);
  std::size_t running() const;
  // Until none runs; at most so long.
  Awaitable<void> all_ended(std::chrono::milliseconds at_most);

 private:
  struct State {
    explicit State(boost::asio::io_context& loop) : ended(loop) {}
    std::size_t running = 0;
    Signal ended;
  };

  boost::asio::io_context& loop_;
  std::shared_ptr<State> state_;
};

}  // namespace glovebox
