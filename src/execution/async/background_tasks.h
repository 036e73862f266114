// BackgroundTasks: coroutines that nobody awaits. They are counted, and their exceptions are
// logged.
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
  // Waits until none runs, for at most this long.
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
