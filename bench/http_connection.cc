#include "http_connection.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace glovebox {

void give_up(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(1);
}

UniqueFd connect_to_loopback(std::uint16_t port) {
  UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    give_up(std::string("no connection to the server: ") + std::strerror(errno));
  }
  int yes = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  return socket;
}

void send_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) give_up(std::string("a request could not be sent: ") + std::strerror(errno));
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void HttpConnection::send(std::string_view request) {
  answer_.clear();
  head_size_ = whole_size_ = 0;
  sent_ = std::chrono::steady_clock::now();
  send_all(socket_.get(), request);
}

bool HttpConnection::receive() {
  char buffer[16384];
  ssize_t got = ::recv(socket_.get(), buffer, sizeof buffer, MSG_DONTWAIT);
  if (got < 0 && errno == EAGAIN) return false;
  if (got <= 0) give_up("the server closed a connection in the middle: " + answer_);
  answer_.append(buffer, static_cast<std::size_t>(got));
  if (!is_whole()) return false;
  waited_ = std::chrono::steady_clock::now() - sent_;
  return true;
}

bool HttpConnection::is_whole() {
  if (head_size_ == 0) {
    std::size_t end = answer_.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    head_size_ = end + 4;
    constexpr std::string_view kStatusAt = "HTTP/1.1 ";
    std::from_chars(answer_.data() + kStatusAt.size(), answer_.data() + end, status_);
    const char* length = ::strcasestr(answer_.c_str(), "\r\nContent-Length: ");
    if (length == nullptr || length > answer_.data() + end) {
      give_up("an answer without Content-Length: " + answer_);
    }
    whole_size_ = head_size_ + std::strtoull(length + 18, nullptr, 10);
  }
  return answer_.size() >= whole_size_;
}

}  // namespace glovebox
