#include "http/wire/timed_socket.h"

#include <poll.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/write.hpp>

namespace glovebox {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kReadBytes = 16 * 1024;
constexpr std::size_t kWritePiece = 64 * 1024;

}  // namespace

TimedSocket::TimedSocket(asio::ip::tcp::socket socket)
    : socket_(std::move(socket)), timer_(socket_.get_executor()) {}

TimedSocket::~TimedSocket() {
  ++*generation_;
  timer_.cancel();
}

void TimedSocket::arm(SteadyTime deadline) {
  expired_ = false;
  deadline_ = deadline;
  if (deadline < fires_at_) start_timer(deadline);
}

void TimedSocket::disarm() {
  deadline_ = SteadyTime::max();
}

void TimedSocket::start_timer(SteadyTime at) {
  std::uint64_t generation = ++*generation_;
  fires_at_ = at;
  timer_.expires_at(at);
  timer_.async_wait([this, generation, current = generation_](const boost::system::error_code&) {
    if (*current == generation) on_timer();
  });
}

void TimedSocket::on_timer() {
  fires_at_ = SteadyTime::max();
  if (deadline_ == SteadyTime::max()) return;
  if (std::chrono::steady_clock::now() < deadline_) return start_timer(deadline_);
  disarm();
  expired_ = true;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

IoStatus TimedSocket::status_of(const boost::system::error_code& error) const {
  if (!error) return IoStatus::kOk;
  if (error == asio::error::operation_aborted && expired_) return IoStatus::kTimeout;
  return error == asio::error::eof ? IoStatus::kEof : IoStatus::kFailed;
}

asio::awaitable<IoStatus> TimedSocket::wait_readable(SteadyTime deadline) {
  arm(deadline);
  auto [error] = co_await socket_.async_wait(asio::ip::tcp::socket::wait_read, kAsTuple);
  disarm();
  co_return status_of(error);
}

asio::awaitable<IoStatus> TimedSocket::read_some(boost::beast::flat_buffer& buffer,
                                                 SteadyTime deadline) {
  auto space = buffer.prepare(std::min(kReadBytes, buffer.max_size() - buffer.size()));
  arm(deadline);
  auto [error, bytes] = co_await socket_.async_read_some(space, kAsTuple);
  disarm();
  buffer.commit(bytes);
  co_return status_of(error);
}

asio::awaitable<IoStatus> TimedSocket::write_all(std::string_view data,
                                                 std::chrono::milliseconds per_piece) {
  while (!data.empty()) {
    auto piece = asio::buffer(data.data(), std::min(kWritePiece, data.size()));
    arm(std::chrono::steady_clock::now() + per_piece);
    auto [error, bytes] = co_await asio::async_write(socket_, piece, kAsTuple);
    disarm();
    if (error) co_return status_of(error);
    data.remove_prefix(bytes);
  }
  co_return IoStatus::kOk;
}

void TimedSocket::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void TimedSocket::shut_down_sending() {
  boost::system::error_code ignored;
  socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

bool TimedSocket::peer_has_closed() const {
  pollfd poller{const_cast<asio::ip::tcp::socket&>(socket_).native_handle(), POLLRDHUP, 0};
  return ::poll(&poller, 1, 0) > 0 &&
         (poller.revents & (POLLRDHUP | POLLHUP | POLLERR | POLLNVAL)) != 0;
}

}  // namespace glovebox
