// The sender as the server holds it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>

#include "base/health_board.h"
#include "base/result.h"
#include "outbound/outbound.h"
#include "outbound/sender_options.h"

namespace glovebox {

// Destroying it ends the sender.
class SenderProcess {
 public:
  // Forks the sender's keeper; call while the process has one thread, before the launcher exists
  // and before the server is confined. Does not wait for the sender.
  static Result<SenderProcess> begin(const SenderOptions& options);

  SenderProcess(SenderProcess&&) noexcept;
  SenderProcess& operator=(SenderProcess&&) noexcept;
  ~SenderProcess();

  int pid() const;  // the keeper's

  // Reports "sender_outage" to `health` while nothing can be sent. Call once; `health` must outlive
  // the result, which must not outlive the loop.
  std::unique_ptr<Outbound> make_outbound(boost::asio::io_context& loop, HealthBoard& health);

 private:
  struct State;
  explicit SenderProcess(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace glovebox
