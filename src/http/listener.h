// Listener: accepts connections, within bounds.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>

#include "base/unique_fd.h"
#include "http/server_context.h"

namespace glovebox {

// The address in an option; kValidation if it is invalid.
Result<boost::asio::ip::address> parse_listen_address(const std::string& text);

class Listener : public std::enable_shared_from_this<Listener> {
 public:
  // Listens immediately; errors have errno_value().
  static Result<std::shared_ptr<Listener>> open(boost::asio::any_io_executor executor,
                                                std::shared_ptr<ServerContext> server);

  // Begins to accept, and keeps itself alive until close().
  void start();
  void close();
  boost::asio::ip::tcp::endpoint endpoint() const { return endpoint_; }

 private:
  Listener(boost::asio::any_io_executor executor, std::shared_ptr<ServerContext> server);
  Result<void> bind(const boost::asio::ip::tcp::endpoint& endpoint);

  boost::asio::awaitable<void> accept_all();
  // Accepts waiting connections. Returns false if there are no descriptors left: wait before the
  // next call.
  bool accept_waiting();
  void take(UniqueFd socket);
  // The address under which it counts, or nothing if it exceeds a bound.
  std::optional<std::string> admit(const boost::asio::ip::address& peer) const;
  // Uses the spare descriptor, so that the peer gets a response instead of waiting in the backlog.
  void refuse_with_spare();

  std::shared_ptr<ServerContext> server_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  boost::asio::ip::tcp::endpoint endpoint_;
  UniqueFd spare_;
};

}  // namespace glovebox
