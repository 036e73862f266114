// PeerWatch: detects that the client disconnected while its response is being prepared.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <memory>

#include "http/wire/exchange.h"
#include "http/wire/timed_socket.h"

namespace glovebox {

// Reads ahead, because only reading detects the end; pipelined requests go to `buffer`. When that
// is full, it queries the kernel periodically. The loop's thread.
class PeerWatch final : public Peer {
 public:
  // Both must outlive the watch, and nobody else may read while it is active.
  PeerWatch(TimedSocket& socket, boost::beast::flat_buffer& buffer);

  void watch(std::function<void()> gone) override;
  // Afterwards the socket may be read again. May be called even if watch() was not called.
  boost::asio::awaitable<void> unwatch();
  // Whether the client has disconnected.
  bool gone() const { return gone_; }

 private:
  void read_ahead();
  // Processes input. An error means the end.
  boost::system::error_code take();
  void poll_later();
  void peer_left();
  void step_ended();

  TimedSocket& socket_;
  boost::beast::flat_buffer& buffer_;
  // Each is created when it is first needed: for most requests never.
  std::unique_ptr<boost::asio::steady_timer> poll_timer_;
  std::unique_ptr<boost::asio::steady_timer> ended_;  // never expires; cancelled when a step ends
  std::function<void()> on_gone_;
  bool watching_ = false;
  bool under_way_ = false;
  bool gone_ = false;
};

}  // namespace glovebox
