// A real server on a real loopback port, and a client that sends exactly the given bytes.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/json/object.hpp>
#include <future>
#include <string>
#include <string_view>
#include <thread>

#include "base/unique_fd.h"
#include "http/fake_services.h"
#include "http/server.h"

namespace glovebox {

struct RawResponse {
  int status = 0;  // 0: the connection ended before a response
  std::string head;
  std::string body;

  // Empty if there is none.
  std::string field(std::string_view name) const;
  boost::json::object json() const;
  std::string error_type() const;
  std::string error_message() const;
};

enum class Body { kExpected, kNone };

// Blocking; waits at most 30 s. Fails the test by an exception.
class RawClient {
 public:
  // receive_buffer: SO_RCVBUF, 0 for the kernel's own.
  explicit RawClient(std::uint16_t port, int receive_buffer = 0);

  RawClient& send(std::string_view bytes);
  // Sends as much as the peer accepts: it may have closed already.
  void send_what_is_taken(std::string_view bytes);
  void finish_sending();
  RawResponse read_response(Body body = Body::kExpected);
  // Everything that arrives until the peer closes.
  std::string read_rest();
  // True if the peer has closed and nothing more arrived.
  bool ends();
  void close() { fd_.reset(); }
  // Closes with a reset.
  void reset();

 private:
  bool fill();

  UniqueFd fd_;
  std::string buffer_;
};

class TestServer {
 public:
  explicit TestServer(HttpOptions options = {});
  ~TestServer();

  FakeServices& services() { return services_; }
  HttpServer& server() { return *server_; }
  std::uint16_t port() const { return port_; }
  boost::asio::any_io_executor loop() { return context_.get_executor(); }
  RawClient connect() const { return RawClient(port_); }
  // One request on a separate connection.
  RawResponse ask(std::string_view bytes, Body body = Body::kExpected) const;
  RawResponse get(std::string_view path) const;
  RawResponse execute(std::string_view json) const;

  // Runs it on the loop's thread.
  template <class F>
  auto on_loop(F f) {
    std::packaged_task<decltype(f())()> task(std::move(f));
    auto future = task.get_future();
    boost::asio::post(context_, [&task] { task(); });
    return future.get();
  }
  // Throws after 30 s.
  void wait_for_connections(std::size_t count);

 private:
  boost::asio::io_context context_{1};
  FakeServices services_;
  std::unique_ptr<HttpServer> server_;
  std::uint16_t port_ = 0;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::thread thread_;
};

// "Host" for requests to it.
inline constexpr std::string_view kHost = "Host: localhost\r\n";
std::string get_request(std::string_view path, std::string_view fields = {});
std::string post_request(std::string_view path, std::string_view type, std::string_view body,
                         std::string_view fields = {});

}  // namespace glovebox
