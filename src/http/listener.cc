#include "http/listener.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <cerrno>
#include <cstring>

#include "base/log.h"
#include "base/random.h"
#include "http/connection.h"

namespace glovebox {
namespace {

namespace asio = boost::asio;

constexpr int kBacklog = 1024;
constexpr std::chrono::milliseconds kPauseWithoutDescriptors{100};
// Connections accepted before other work gets its turn.
constexpr int kAcceptBurst = 64;

// Never blocks: a peer that does not read it immediately does not receive it.
void refuse(int socket, const ServerContext& server) {
  Error error = Error(ErrorKind::kQueueFull,
                      "The server has too many open connections. Try again in a few seconds.")
                    .with("limit", "connections");
  server.tell_refusal(error);
  std::string id = random_id("req_");
  HttpResponse response = error_response(error, id);
  ResponseTraits traits{id, false};
  std::string answer = serialize_head(response, traits) + response.body;
  (void)::send(socket, answer.data(), answer.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  (void)::shutdown(socket, SHUT_WR);
  char request[4096];
  (void)::recv(socket, request, sizeof request, MSG_DONTWAIT);
}

UniqueFd open_spare() {
  return UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
}

}  // namespace

Result<asio::ip::address> parse_listen_address(const std::string& text) {
  if (text == "localhost") return asio::ip::address(asio::ip::address_v4::loopback());
  boost::system::error_code error;
  asio::ip::address address = asio::ip::make_address(text, error);
  if (!error) return address;
  return validation_error("listen: \"" + text + "\" is not an IP address, nor \"localhost\".");
}

Listener::Listener(asio::any_io_executor executor, std::shared_ptr<ServerContext> server)
    : server_(std::move(server)), acceptor_(executor), pause_(executor), spare_(open_spare()) {}

Result<std::shared_ptr<Listener>> Listener::open(asio::any_io_executor executor,
                                                 std::shared_ptr<ServerContext> server) {
  GB_TRY(asio::ip::address address, parse_listen_address(server->options.address));
  asio::ip::tcp::endpoint endpoint(address, server->options.port);
  std::shared_ptr<Listener> listener(new Listener(std::move(executor), std::move(server)));
  GB_TRY_VOID(listener->bind(endpoint));
  return listener;
}

Result<void> Listener::bind(const asio::ip::tcp::endpoint& endpoint) {
  std::string where = endpoint.address().to_string() + " port " + std::to_string(endpoint.port());
  int family = endpoint.address().is_v4() ? AF_INET : AF_INET6;
  UniqueFd socket(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket.valid()) return Error::from_errno("socket", where, errno);
  int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(socket.get(), endpoint.data(), static_cast<socklen_t>(endpoint.size())) != 0) {
    return Error::from_errno("bind", where, errno);
  }
  if (::listen(socket.get(), kBacklog) != 0) return Error::from_errno("listen", where, errno);
  boost::system::error_code error;
  acceptor_.assign(endpoint.protocol(), socket.get(), error);
  if (error) return Error::from_errno("epoll_ctl", where, error.value());
  (void)socket.release();
  endpoint_ = acceptor_.local_endpoint(error);
  return ok();
}

void Listener::start() {
  auto self = shared_from_this();
  asio::co_spawn(acceptor_.get_executor(), accept_all(), [self](const std::exception_ptr& failure) {
    if (failure) spdlog::critical("the listener ended with an exception");
  });
}

void Listener::close() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
}

asio::awaitable<void> Listener::accept_all() {
  while (acceptor_.is_open()) {
    auto [error] = co_await acceptor_.async_wait(asio::ip::tcp::acceptor::wait_read, kAsTuple);
    if (error || !acceptor_.is_open()) co_return;
    if (accept_waiting()) continue;
    pause_.expires_after(kPauseWithoutDescriptors);
    co_await pause_.async_wait(kAsTuple);
  }
}

bool Listener::accept_waiting() {
  for (int i = 0; i < kAcceptBurst; ++i) {
    UniqueFd socket(
        ::accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (socket.valid()) {
      take(std::move(socket));
      continue;
    }
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      spdlog::error("accept: {}; waiting for descriptors", errno_text(errno));
      refuse_with_spare();
      return false;
    }
    // All other errors affect one connection, or mean that no connection is waiting.
    if (errno == EAGAIN || errno == EWOULDBLOCK) return true;
  }
  return true;
}

void Listener::refuse_with_spare() {
  spare_.reset();
  UniqueFd socket(::accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_CLOEXEC));
  if (socket.valid()) refuse(socket.get(), *server_);
  socket.reset();
  spare_ = open_spare();
}

std::optional<std::string> Listener::admit(const asio::ip::address& peer) const {
  const HttpOptions& options = server_->options;
  if (server_->connections.size() >= options.connections) return std::nullopt;
  bool exempt = options.connections_per_address == 0 ||
                (plain_address(peer).is_loopback() && !options.count_loopback) ||
                server_->addresses.is_trusted(peer);
  if (exempt) return std::string();
  std::string bucket = address_bucket(peer);
  if (server_->connections.of_address(bucket) >= options.connections_per_address) {
    return std::nullopt;
  }
  return bucket;
}

void Listener::take(UniqueFd socket) {
  int on = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  asio::ip::tcp::endpoint peer;
  socklen_t size = static_cast<socklen_t>(peer.capacity());
  if (::getpeername(socket.get(), peer.data(), &size) != 0) return;
  std::optional<std::string> bucket = admit(peer.address());
  if (!bucket) {
    spdlog::info("refused a connection from {}: too many are open", peer.address().to_string());
    return refuse(socket.get(), *server_);
  }
  asio::ip::tcp::socket accepted(acceptor_.get_executor());
  boost::system::error_code error;
  accepted.assign(endpoint_.protocol(), socket.get(), error);
  if (error) return;
  (void)socket.release();
  std::make_shared<Connection>(server_, std::move(accepted), peer.address(), std::move(*bucket))
      ->start();
}

}  // namespace glovebox
