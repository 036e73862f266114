// TimedSocket: a TCP socket on which every read and write has a deadline.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/clock.h"

namespace glovebox {

// Socket errors are values, because a peer that disconnects is not a failure of ours. A named
// variable, so that no temporary is in a co_await expression.
inline constexpr boost::asio::as_tuple_t<boost::asio::use_awaitable_t<>> kAsTuple(
    boost::asio::use_awaitable);

enum class IoStatus { kOk, kEof, kTimeout, kFailed };

// One read or write at a time. The loop's thread.
class TimedSocket {
 public:
  explicit TimedSocket(boost::asio::ip::tcp::socket socket);
  ~TimedSocket();
  TimedSocket(const TimedSocket&) = delete;
  TimedSocket& operator=(const TimedSocket&) = delete;

  // Waits until read_some() has data or the end to report; uses no buffer meanwhile.
  boost::asio::awaitable<IoStatus> wait_readable(SteadyTime deadline);
  // Reads at least one byte after the content of `buffer`, up to its max_size(), which must leave
  // room.
  boost::asio::awaitable<IoStatus> read_some(boost::beast::flat_buffer& buffer,
                                             SteadyTime deadline);
  // Writes all of it; `per_piece` for each 64 KiB, so that a slow reader is waited for and a
  // stopped one is not.
  boost::asio::awaitable<IoStatus> write_all(std::string_view data,
                                             std::chrono::milliseconds per_piece);

  // Ends pending operations with kFailed.
  void close();
  void shut_down_sending();
  // Whether the peer has closed its side, even if earlier bytes are still unread.
  bool peer_has_closed() const;

  boost::asio::ip::tcp::socket& socket() { return socket_; }

 private:
  void arm(SteadyTime deadline);
  void disarm();
  void start_timer(SteadyTime at);
  void on_timer();
  IoStatus status_of(const boost::system::error_code& error) const;

  boost::asio::ip::tcp::socket socket_;
  // Stays when an operation ends, and starts again only if the next deadline is earlier or it has
  // fired: otherwise each request would start and cancel it three times.
  boost::asio::steady_timer timer_;
  SteadyTime fires_at_ = SteadyTime::max();  // max: it is not running
  SteadyTime deadline_ = SteadyTime::max();  // of the current operation; max: there is none
  // The number of the timer's current start; a handler that is late for an earlier one must not
  // count.
  std::shared_ptr<std::uint64_t> generation_ = std::make_shared<std::uint64_t>(0);
  bool expired_ = false;
};

}  // namespace glovebox
