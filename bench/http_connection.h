// One kept-alive connection to 127.0.0.1, as simple as a client can be that knows its server:
// blocking writes, reads when epoll says so, answers with a Content-Length. Whatever it does not
// understand ends the benchmark: a wrong figure is worse than none.
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
  // Reads what is there; true once the answer is whole. The views below hold until the next send.
  bool receive();

  int status() const { return status_; }
  std::string_view body() const { return std::string_view(answer_).substr(head_size_); }
  std::chrono::nanoseconds waited() const { return waited_; }

 private:
  bool is_whole();

  UniqueFd socket_;
  std::string answer_;
  std::size_t head_size_ = 0;  // 0 until the head is whole
  std::size_t whole_size_ = 0;
  int status_ = 0;
  std::chrono::steady_clock::time_point sent_;
  std::chrono::nanoseconds waited_{0};
};

}  // namespace glovebox
