#include "http/test_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/json/parse.hpp>
#include <stdexcept>

#include "base/log.h"
#include "http/wire/request_head.h"

namespace glovebox {

std::string RawResponse::field(std::string_view name) const {
  std::string_view rest = head;
  while (!rest.empty()) {
    std::string_view line = rest.substr(0, rest.find("\r\n"));
    rest.remove_prefix(std::min(line.size() + 2, rest.size()));
    std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && equal_ignoring_case(line.substr(0, colon), name)) {
      return std::string(trim(line.substr(colon + 1)));
    }
  }
  return {};
}

boost::json::object RawResponse::json() const {
  return boost::json::parse(body).as_object();
}

std::string RawResponse::error_type() const {
  return std::string(json().at("error").at("type").as_string());
}

std::string RawResponse::error_message() const {
  return std::string(json().at("error").at("message").as_string());
}

RawClient::RawClient(std::uint16_t port, int receive_buffer)
    : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (receive_buffer > 0) {
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  }
  timeval patience{30, 0};
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("connect failed");
  }
}

RawClient& RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) throw std::runtime_error("the server took no more");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return *this;
}

void RawClient::send_what_is_taken(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void RawClient::finish_sending() {
  ::shutdown(fd_.get(), SHUT_WR);
}

void RawClient::reset() {
  linger hard{1, 0};
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
  fd_.reset();
}

bool RawClient::fill() {
  char piece[16384];
  ssize_t got = ::recv(fd_.get(), piece, sizeof piece, 0);
  if (got < 0 && errno == EAGAIN) throw std::runtime_error("the server did not answer in 30 s");
  if (got <= 0) return false;
  buffer_.append(piece, static_cast<std::size_t>(got));
  return true;
}

std::string RawClient::read_rest() {
  while (fill()) {
  }
  return std::exchange(buffer_, {});
}

RawResponse RawClient::read_response(Body body) {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!fill()) return {};
  }
  RawResponse response;
  response.head = buffer_.substr(0, end + 2);
  response.status = std::stoi(response.head.substr(9, 3));
  buffer_.erase(0, end + 4);
  std::string length = response.field("Content-Length");
  if (body == Body::kNone || length.empty()) return response;
  std::size_t size = std::stoul(length);
  while (buffer_.size() < size) {
    if (!fill()) throw std::runtime_error("the body was cut");
  }
  response.body = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return response;
}

bool RawClient::ends() {
  return buffer_.empty() && !fill();
}

TestServer::TestServer(HttpOptions options) : work_(context_.get_executor()) {
  // A log line per request would hide the tests' own output; tests that capture the log use a named
  // logger.
  if (spdlog::default_logger()->name().empty()) spdlog::set_level(spdlog::level::warn);
  options.port = 0;
  auto server = make_http_server(context_, services_.parts(), std::move(options));
  if (!server) throw std::runtime_error(server.error().message());
  server_ = std::move(server).value();
  port_ = server_->port();
  thread_ = std::thread([this] { context_.run(); });
}

TestServer::~TestServer() {
  on_loop([this] { server_->stop(); });
  work_.reset();
  thread_.join();
}

RawResponse TestServer::ask(std::string_view bytes, Body body) const {
  return connect().send(bytes).read_response(body);
}

RawResponse TestServer::get(std::string_view path) const {
  return ask(get_request(path));
}

RawResponse TestServer::execute(std::string_view json) const {
  return ask(post_request("/api/execute", "application/json", json));
}

void TestServer::wait_for_connections(std::size_t count) {
  auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (on_loop([this] { return server_->connections(); }) != count) {
    if (std::chrono::steady_clock::now() > give_up) {
      throw std::runtime_error("the number of connections stayed wrong for 30 s");
    }
    std::this_thread::yield();
  }
}

std::string get_request(std::string_view path, std::string_view fields) {
  return "GET " + std::string(path) + " HTTP/1.1\r\n" + std::string(kHost) + std::string(fields) +
         "\r\n";
}

std::string post_request(std::string_view path, std::string_view type, std::string_view body,
                         std::string_view fields) {
  return "POST " + std::string(path) + " HTTP/1.1\r\n" + std::string(kHost) +
         "Content-Type: " + std::string(type) +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string(fields) +
         "\r\n" + std::string(body);
}

}  // namespace glovebox
