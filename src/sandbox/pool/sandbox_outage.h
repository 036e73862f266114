// Whether any slot of a pool is ready: when that is an outage, and when it has lasted for
// too long. Threads: the event loop.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace glovebox {

class SandboxOutage {
 public:
  struct Times {
    std::chrono::milliseconds after;     // how long no slot may stand before that is an outage
    std::chrono::milliseconds patience;  // and how long that may last
  };
  // `give_up` is called when the patience is over.
  SandboxOutage(boost::asio::io_context& loop, Times times, std::function<void()> give_up)
      : timer_(loop), times_(times), give_up_(std::move(give_up)) {}

  // Empty: there is none.
  const std::string& why() const { return why_; }
  void on_change(std::function<void()> listener) { listener_ = std::move(listener); }

  // A slot is ready.
  void end();
  // None does any more.
  void begin_soon();
  // None does, and the launcher has said why.
  void begin(std::string cause);
  // None will any more.
  void last_for_good(const std::string& why);
  // No more calls.
  void close();

 private:
  void begin();
  void set(std::string why);
  void call_after(std::chrono::milliseconds time, void (SandboxOutage::*what)());
  void patience_is_over() { give_up_(); }

  boost::asio::steady_timer timer_;
  Times times_;
  std::function<void()> give_up_;
  std::function<void()> listener_;
  std::string why_;
  std::string cause_;
  // A handler whose time has come may run when all this is gone.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>();
};

}  // namespace glovebox
