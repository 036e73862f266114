// Whether a pool has any ready slot: when the lack of one counts as an outage, and when the outage
// has lasted too long. Threads: the event loop.
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
    std::chrono::milliseconds after;     // how long there may be no ready slot before that is an
                                         // outage
    std::chrono::milliseconds patience;  // and how long an outage may last
  };
  // `give_up` is called when the outage has lasted too long.
  SandboxOutage(boost::asio::io_context& loop, Times times, std::function<void()> give_up)
      : timer_(loop), times_(times), give_up_(std::move(give_up)) {}

  // Empty: there is no outage.
  const std::string& why() const { return why_; }
  void on_change(std::function<void()> listener) { listener_ = std::move(listener); }

  // A slot is ready.
  void end();
  // No slot is ready any more.
  void begin_soon();
  // No slot is ready, and the launcher has reported the reason.
  void begin(std::string cause);
  // No slot will become ready any more.
  void last_for_good(const std::string& why);
  // Makes no more calls.
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
  // An expired timer's handler may run after this object was destroyed.
  std::shared_ptr<bool> alive_ = std::make_shared<bool>();
};

}  // namespace glovebox
