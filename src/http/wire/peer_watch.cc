#include "http/wire/peer_watch.h"

#include <sys/socket.h>

#include <boost/asio/error.hpp>
#include <cerrno>
#include <utility>

namespace glovebox {
namespace {

using Timer = boost::asio::steady_timer;

constexpr std::chrono::milliseconds kPollInterval{250};
// No data is expected.
constexpr std::size_t kPeekBytes = 512;

}  // namespace

PeerWatch::PeerWatch(TimedSocket& socket, boost::beast::flat_buffer& buffer)
    : socket_(socket), buffer_(buffer) {}

void PeerWatch::watch(std::function<void()> gone) {
  on_gone_ = std::move(gone);
  watching_ = true;
  read_ahead();
}

// The handlers below hold `this`: unwatch() returns only when none is left.

void PeerWatch::read_ahead() {
  if (buffer_.size() == buffer_.max_size()) return poll_later();
  under_way_ = true;
  // Memory for input is allocated when input arrives: usually none does while a stream exists.
  socket_.socket().async_wait(boost::asio::ip::tcp::socket::wait_read,
                              [this](boost::system::error_code error) {
                                if (!watching_) return step_ended();
                                if (!error) error = take();
                                if (error) return peer_left();
                                read_ahead();
                              });
}

boost::system::error_code PeerWatch::take() {
  auto space = buffer_.prepare(std::min(buffer_.max_size() - buffer_.size(), kPeekBytes));
  ssize_t got = ::recv(socket_.socket().native_handle(), space.data(), space.size(), MSG_DONTWAIT);
  if (got == 0) return boost::asio::error::eof;
  if (got > 0) buffer_.commit(static_cast<std::size_t>(got));
  bool failed = got < 0 && errno != EAGAIN && errno != EINTR;
  return failed ? boost::asio::error::connection_reset : boost::system::error_code();
}

void PeerWatch::poll_later() {
  under_way_ = true;
  if (!poll_timer_) poll_timer_ = std::make_unique<Timer>(socket_.socket().get_executor());
  poll_timer_->expires_after(kPollInterval);
  poll_timer_->async_wait([this](const boost::system::error_code&) {
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
  if (ended_) ended_->cancel();
}

boost::asio::awaitable<void> PeerWatch::unwatch() {
  watching_ = false;
  if (under_way_) {
    boost::system::error_code ignored;
    socket_.socket().cancel(ignored);
    if (poll_timer_) poll_timer_->cancel();
    if (!ended_) {
      ended_ = std::make_unique<Timer>(socket_.socket().get_executor(), SteadyTime::max());
    }
    co_await ended_->async_wait(kAsTuple);
  }
}

}  // namespace glovebox
