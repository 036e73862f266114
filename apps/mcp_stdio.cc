#include "mcp_stdio.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <limits.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <functional>
#include <utility>

#include "base/units.h"
#include "execution/async/blocking.h"
#include "mcp/negotiation.h"

namespace glovebox {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

constexpr std::size_t kStdioPiece = 64 << 10;
constexpr int kLookAgainMs = 100;
constexpr asio::as_tuple_t<asio::use_awaitable_t<>> kAsValues(asio::use_awaitable);

// A piece that fits is never waited for, so that a client that does not read cannot hold up our
// end.
Result<void> write_line(int fd, std::string_view bytes, const std::atomic<bool>& stopping) {
  while (!bytes.empty()) {
    pollfd wait{fd, POLLOUT, 0};
    int ready = ::poll(&wait, 1, kLookAgainMs);
    if (stopping) return internal_error("stopped");
    if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
    ssize_t written = ::write(fd, bytes.data(), std::min<std::size_t>(bytes.size(), PIPE_BUF));
    if (written < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (written < 0) return Error::from_errno("write", "standard output", errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return ok();
}

}  // namespace

McpStdio::McpStdio(asio::io_context& loop, McpService& mcp, ClientId client, UniqueFd in, int out)
    : loop_(loop),
      mcp_(mcp),
      client_(std::move(client)),
      in_(loop, in.release()),
      reader_(loop),
      out_(out),
      tasks_(loop) {
  watch_reader();
}

McpStdio::~McpStdio() {
  stopping_ = true;
  writer_.join();
}

// A pipe without a reader is in the state POLLERR. Where standard output is a file, nothing is
// watched.
void McpStdio::watch_reader() {
  UniqueFd copy(::fcntl(out_, F_DUPFD_CLOEXEC, 3));
  boost::system::error_code error;
  if (!copy.valid()) return;
  reader_.assign(copy.get(), error);
  if (error) return;
  static_cast<void>(copy.release());
  reader_.async_wait(asio::posix::stream_descriptor::wait_error,
                     [this](const boost::system::error_code& failed) {
                       if (failed) return;
                       reader_gone_ = true;
                       in_.cancel();
                       loop_.stop();
                     });
}

Awaitable<void> McpStdio::run() {
  while (!reader_gone_) {
    std::optional<std::string> line = co_await next_line();
    if (!line) break;
    co_await take_in(std::move(*line));
  }
  while (tasks_.running() > 0 && !reader_gone_) {
    co_await tasks_.all_ended(std::chrono::minutes(1));
  }
}

Awaitable<bool> McpStdio::fill() {
  std::size_t size = buffer_.size();
  buffer_.resize(size + kStdioPiece);
  asio::mutable_buffer room(buffer_.data() + size, kStdioPiece);
  auto [error, got] = co_await in_.async_read_some(room, kAsValues);
  buffer_.resize(size + got);
  co_return !error;
}

// Nothing at the end of the input.
Awaitable<std::optional<std::string>> McpStdio::next_line() {
  std::size_t searched = 0;
  for (;;) {
    std::size_t end = buffer_.find('\n', searched);
    if (end != std::string::npos) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      searched = 0;
      if (std::exchange(too_long_, false)) continue;
      co_return line;
    }
    searched = buffer_.size();
    if (buffer_.size() > kMcpMessageBytes) {
      if (!std::exchange(too_long_, true)) {
        std::string limit = format_bytes(ByteCount(kMcpMessageBytes));
        McpFault fault{kMcpInvalidRequest, "A message is longer than " + limit + ".", {}, 400};
        co_await refuse(json::value(), std::move(fault));
      }
      buffer_.clear();
      searched = 0;
    }
    if (!co_await fill()) co_return std::nullopt;
  }
}

Awaitable<void> McpStdio::take_in(std::string line) {
  if (line.find_first_not_of(" \t\r") == std::string::npos) co_return;
  json::value id;
  McpResult<McpMessage> message = parse_mcp_message(line, id);
  if (message.has_error()) co_return co_await refuse(std::move(id), message.error());
  McpResult<McpRevision> revision = negotiate_on_stdio(*message, initialized_);
  bool silent = message->is_notification();
  if (revision.has_error()) {
    if (silent) co_return;
    co_return co_await refuse(std::move(id), revision.error());
  }
  if (*revision == McpRevision::k20251125 && message->method == "initialize") initialized_ = true;
  if (!silent && tasks_.running() >= kMaxRequests) {
    std::string text = fmt::format("{} requests are under way, as many as may be; wait for one.",
                                   tasks_.running());
    McpFault fault{kMcpInternalError, std::move(text), {}, 200};
    co_return co_await refuse(std::move(id), std::move(fault));
  }
  if (silent) co_return co_await serve(std::move(*message), *revision);
  tasks_.spawn("mcp", serve(std::move(*message), *revision));
}

Awaitable<void> McpStdio::serve(McpMessage message, McpRevision revision) {
  McpCaller caller{client_, "stdio"};
  auto answering = mcp_.answer(std::move(caller), std::move(message), revision);
  McpAnswer answer = co_await std::move(answering);
  if (answer.message) co_await send(std::move(*answer.message));
  if (!answer.call) co_return;
  std::unique_ptr<McpCall> call = std::move(answer.call);
  for (;;) {
    std::optional<McpStep> step = co_await call->next();
    if (!step) co_return;
    if (step->message) co_await send(std::move(*step->message));
    if (step->last) co_return;
  }
}

Awaitable<void> McpStdio::refuse(json::value id, McpFault fault) {
  McpAnswer answer = McpService::refuse(id, fault);
  co_await send(std::move(*answer.message));
}

Awaitable<void> McpStdio::send(json::object message) {
  std::function<Result<void>()> write = [this, text = mcp_text(message) + "\n"] {
    return write_line(out_, text, stopping_);
  };
  Result<void> written = co_await run_blocking(writer_, std::move(write));
  if (written.has_value() || reader_gone_) co_return;
  reader_gone_ = true;
  loop_.stop();
}

}  // namespace glovebox
