// One keep-alive connection to 127.0.0.1, with a minimal client for our own server: blocking
// writes, reads when epoll reports data, responses with a Content-Length. Anything unexpected ends
// the benchmark, because a wrong figure is worse than none.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/unique_fd.h"

namespace glovebox {

[[noreturn]] void give_up(const std::string& why);

// A connected stream socket without Nagle's delay.
UniqueFd connect_to_loopback(std::uint16_t port);
void send_all(int fd, std::string_view bytes);

class HttpConnection {
 public:
  explicit HttpConnection(std::uint16_t port) : socket_(connect_to_loopback(port)) {}

  int fd() const { return socket_.get(); }
  // One request at a time.
  void send(std::string_view request);
  // Reads what is available; true when the response is complete. The views below are valid until
  // the next send.
  bool receive();

  int status() const { return status_; }
  std::string_view body() const { return std::string_view(answer_).substr(head_size_); }
  std::chrono::nanoseconds waited() const { return waited_; }

 private:
  bool is_whole();

  UniqueFd socket_;
  std::string answer_;
  std::size_t head_size_ = 0;  // 0 until the head is complete
  std::size_t whole_size_ = 0;
  int status_ = 0;
  std::chrono::steady_clock::time_point sent_;
  std::chrono::nanoseconds waited_{0};
};

}  // namespace glovebox
