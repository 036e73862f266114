// Ctrl-C and SIGTERM on an event loop. The first one is reported. A second one ends the process
// immediately, together with its jobs.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <functional>

namespace glovebox {

class Interrupts {
 public:
  Interrupts(boost::asio::io_context& loop, std::function<void()> on_first)
      : signals_(loop, SIGINT, SIGTERM), on_first_(std::move(on_first)) {
    signals_.async_wait([this](const boost::system::error_code& error, int) {
      if (error) return;
      signals_.clear();
      on_first_();
    });
  }
  // Stops waiting, so that the loop can run out of work.
  void stop() { signals_.cancel(); }

 private:
  boost::asio::signal_set signals_;
  std::function<void()> on_first_;
};

}  // namespace glovebox
