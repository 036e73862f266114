// PeerWatch: notices that the client went away while its answer is still being made.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <memory>

#include "http/wire/exchange.h"
#include "http/wire/timed_socket.h"

namespace glovebox {

// Reads ahead, since only reading meets the end; pipelined requests go to `buffer` for later. Once
// that is full, asks the kernel once in a while. The loop's thread.
class PeerWatch final : public Peer {
 public:
  // Both must outlive the watch, and nobody else may read while it is on.
  PeerWatch(TimedSocket& socket, boost::beast::flat_buffer& buffer);

  void watch(std::function<void()> gone) override;
  // Afterwards the socket may be read again. Safe where watch() was never called.
  boost::asio::awaitable<void> unwatch();
  // Whether the client was seen to leave.
  bool gone() const { return gone_; }

 private:
  void read_ahead();
  // What has come. An error: the end.
  boost::system::error_code take();
  void poll_later();
  void peer_left();
  void step_ended();

  TimedSocket& socket_;
  boost::beast::flat_buffer& buffer_;
  // Each made when it is first needed: for most requests never.
  std::unique_ptr<boost::asio::steady_timer> poll_timer_;
  std::unique_ptr<boost::asio::steady_timer> ended_;  // never expires; cancelled at a step's end
  std::function<void()> on_gone_;
  bool watching_ = false;
  bool under_way_ = false;
  bool gone_ = false;
};

}  // namespace glovebox
