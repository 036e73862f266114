#include "http/peer_watch.h"

#include <utility>

namespace glovebox {
namespace {

constexpr std::chrono::milliseconds kPollInterval{250};
// Nothing is expected to come.
constexpr std::size_t kReadBytes = 512;

}  // namespace

PeerWatch::PeerWatch(TimedSocket& socket, boost::beast::flat_buffer& buffer)
    : socket_(socket),
      buffer_(buffer),
      poll_timer_(socket.socket().get_executor()),
      ended_(socket.socket().get_executor(), SteadyTime::max()) {}

void PeerWatch::watch(std::function<void()> gone) {
  on_gone_ = std::move(gone);
  watching_ = true;
  read_ahead();
}

// The handlers below hold `this`: unwatch() returns only when none is left.

void PeerWatch::read_ahead() {
  std::size_t room = buffer_.max_size() - buffer_.size();
  if (room == 0) return poll_later();
  under_way_ = true;
  auto space = buffer_.prepare(std::min(room, kReadBytes));
  socket_.socket().async_read_some(
      space, [this](const boost::system::error_code& error, std::size_t bytes) {
        buffer_.commit(bytes);
        if (!watching_) return step_ended();
        if (error) return peer_left();
        read_ahead();
      });
}

void PeerWatch::poll_later() {
  under_way_ = true;
  poll_timer_.expires_after(kPollInterval);
  poll_timer_.async_wait([this](const boost::system::error_code&) {
    if (!watching_) return step_ended();
    if (socket_.peer_has_closed()) return peer_left();
    poll_later();
  });
}

void PeerWatch::peer_left() {
  watching_ = false;
  gone_ = true;
  step_ended();
  auto on_gone = std::exchange(on_gone_, nullptr);
  on_gone();
}

void PeerWatch::step_ended() {
  under_way_ = false;
  ended_.cancel();
}

boost::asio::awaitable<void> PeerWatch::unwatch() {
  watching_ = false;
  if (under_way_) {
    boost::system::error_code ignored;
    socket_.socket().cancel(ignored);
    poll_timer_.cancel();
    co_await ended_.async_wait(kAsTuple);
  }
}

}  // namespace glovebox
