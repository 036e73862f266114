// McpStdio: one client of the Model Context Protocol, a message on each line of two pipes.
//
// Threads: the event loop, and one that writes: a client that does not read must not stop the loop.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstddef>
#include <optional>
#include <string>

#include "base/awaitable.h"
#include "base/unique_fd.h"
#include "execution/async/background_tasks.h"
#include "mcp/mcp_service.h"

namespace glovebox {

class McpStdio {
 public:
  // Requests that are not answered yet; more are refused.
  static constexpr std::size_t kMaxRequests = 64;

  // `in` must be a pipe or a socket. `out` stays the caller's. `mcp` must outlive it.
  McpStdio(boost::asio::io_context& loop, McpService& mcp, ClientId client, UniqueFd in, int out);
  ~McpStdio();

  // Returns at the end of the input, once all requests are answered, or when nobody reads the
  // answers any more.
  Awaitable<void> run();

 private:
  Awaitable<std::optional<std::string>> next_line();
  Awaitable<bool> fill();
  Awaitable<void> take_in(std::string line);
  Awaitable<void> serve(McpMessage message, McpRevision revision);
  Awaitable<void> refuse(boost::json::value id, McpFault fault);
  Awaitable<void> send(boost::json::object message);
  void watch_reader();

  boost::asio::io_context& loop_;
  McpService& mcp_;
  ClientId client_;
  boost::asio::posix::stream_descriptor in_;
  boost::asio::posix::stream_descriptor reader_;  // a copy of `out`, to see its reader go
  int out_;
  std::atomic<bool> stopping_{false};  // the writer gives up
  boost::asio::thread_pool writer_{1};
  BackgroundTasks tasks_;
  std::string buffer_;
  bool too_long_ = false;  // what comes up to the next line break is dropped
  bool initialized_ = false;
  bool reader_gone_ = false;
};

}  // namespace glovebox
