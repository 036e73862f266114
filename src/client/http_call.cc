#include "client/http_call.h"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <cerrno>
#include <csignal>
#include <optional>

#include "base/awaitable.h"

namespace glovebox {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr auto kConnectTime = std::chrono::seconds(10);
constexpr auto kPieceTime = std::chrono::seconds(60);
constexpr std::size_t kPiece = 64 << 10;
constexpr const char* kAgent = "glovebox/" GLOVEBOX_VERSION;

Error unreachable(const ServerUrl& server, std::string_view doing, const error_code& code) {
  std::string why = code == beast::error::timeout ? "timed out" : code.message();
  return Error(ErrorKind::kUser, fmt::format("{}: {}: {}; is a Glovebox server running there?",
                                             server.text, doing, why));
}

class Exchange {
 public:
  Exchange(asio::io_context& loop, const ServerUrl& server, const HttpCall& call)
      : server_(server), call_(call), resolver_(loop), stream_(loop) {}

  Awaitable<Result<HttpAnswer>> run() {
    GB_CO_TRY_VOID(co_await connect());
    // A server may respond before it has read everything, for example with 413. Read the response
    // even if sending failed.
    error_code write_error = co_await send();
    co_return co_await receive(write_error);
  }

  void close() {
    resolver_.cancel();
    stream_.close();
  }

 private:
  Awaitable<Result<void>> connect() {
    auto [resolve_error, endpoints] =
        co_await resolver_.async_resolve(server_.host, server_.port, kAwait);
    if (resolve_error)
      co_return unreachable(server_, "cannot resolve the host name", resolve_error);
    stream_.expires_after(kConnectTime);
    auto [connect_error, endpoint] = co_await stream_.async_connect(endpoints, kAwait);
    if (connect_error) co_return unreachable(server_, "cannot connect", connect_error);
    co_return ok();
  }

  Awaitable<error_code> send() {
    http::request<http::empty_body> head;
    head.method_string(call_.method);
    head.target(call_.target);
    head.version(11);
    head.set(http::field::host, server_.authority);
    head.set(http::field::user_agent, kAgent);
    head.set(http::field::connection, "close");
    for (const auto& [name, value] : call_.headers) head.set(name, value);
    std::uint64_t size = call_.body.size() + call_.body_end.size();
    if (call_.body_fd >= 0) size += static_cast<std::uint64_t>(::lseek(call_.body_fd, 0, SEEK_END));
    if (size > 0 || call_.method == "POST") head.content_length(size);

    http::request_serializer<http::empty_body> serializer(head);
    stream_.expires_after(kPieceTime);
    auto [error, n] = co_await http::async_write_header(stream_, serializer, kAwait);
    if (error || size == 0) co_return error;
    error_code body_error = co_await send_piece(call_.body);
    if (!body_error && call_.body_fd >= 0) body_error = co_await send_file();
    if (!body_error) body_error = co_await send_piece(call_.body_end);
    co_return body_error;
  }

  Awaitable<error_code> send_piece(std::string_view piece) {
    if (piece.empty()) co_return error_code();
    stream_.expires_after(kPieceTime);
    asio::const_buffer buffer(piece.data(), piece.size());
    auto [error, n] = co_await asio::async_write(stream_, buffer, kAwait);
    co_return error;
  }

  Awaitable<error_code> send_file() {
    std::string piece(kPiece, '\0');
    off_t offset = 0;
    while (true) {
      ssize_t n = ::pread(call_.body_fd, piece.data(), piece.size(), offset);
      if (n < 0) co_return error_code(errno, boost::system::system_category());
      if (n == 0) co_return error_code();
      offset += n;
      std::string_view filled(piece.data(), static_cast<std::size_t>(n));
      error_code error = co_await send_piece(filled);
      if (error) co_return error;
    }
  }

  // Writes the body to the caller's file in pieces.
  Awaitable<Result<HttpAnswer>> save(http::response_parser<http::buffer_body>& parser,
                                     beast::flat_buffer& buffer) {
    HttpAnswer answer;
    answer.status = static_cast<int>(parser.get().result_int());
    std::string piece(kPiece, '\0');
    while (!parser.is_done()) {
      parser.get().body().data = piece.data();
      parser.get().body().size = piece.size();
      stream_.expires_after(kPieceTime);
      auto [error, n] = co_await http::async_read_some(stream_, buffer, parser, kAwait);
      if (error && error != http::error::need_buffer) {
        co_return unreachable(server_, "the connection closed in the middle of the response",
                              error);
      }
      std::string_view filled(piece.data(), piece.size() - parser.get().body().size);
      while (!filled.empty()) {
        ssize_t written = ::write(call_.answer_fd, filled.data(), filled.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
          co_return Error::from_errno("write", "the downloaded file", errno)
              .with_kind(ErrorKind::kUser);
        }
        filled.remove_prefix(static_cast<std::size_t>(written));
      }
    }
    co_return answer;
  }

  Awaitable<Result<HttpAnswer>> receive(error_code write_error) {
    http::response_parser<http::string_body> parser;
    parser.body_limit(std::max(kMaxAnswer.bytes(), call_.most_bytes));
    beast::flat_buffer buffer(kPiece);
    if (call_.patience.count() > 0 || write_error) {
      stream_.expires_after(write_error ? kPieceTime : call_.patience);
    } else {
      stream_.expires_never();
    }
    auto [head_error, head_bytes] =
        co_await http::async_read_header(stream_, buffer, parser, kAwait);
    if (head_error) {
      co_return unreachable(server_, "no response", write_error ? write_error : head_error);
    }
    bool succeeded = parser.get().result_int() / 100 == 2;
    if (call_.answer_fd >= 0 && succeeded) {
      http::response_parser<http::buffer_body> whole(std::move(parser));
      co_return co_await save(whole, buffer);
    }
    stream_.expires_after(kPieceTime);
    auto [body_error, body_bytes] = co_await http::async_read(stream_, buffer, parser, kAwait);
    if (body_error)
      co_return unreachable(server_, "the connection closed in the middle of the response",
                            body_error);
    HttpAnswer answer;
    answer.status = parser.get().result_int();
    answer.body = std::move(parser.get().body());
    co_return answer;
  }

  const ServerUrl& server_;
  const HttpCall& call_;
  asio::ip::tcp::resolver resolver_;
  beast::tcp_stream stream_;
};

}  // namespace

Result<HttpAnswer> http_call(const ServerUrl& server, const HttpCall& call) {
  asio::io_context loop(1);
  Exchange exchange(loop, server, call);
  std::optional<Result<HttpAnswer>> result;
  asio::signal_set interrupts(loop, SIGINT, SIGTERM);
  bool interrupted = false;
  interrupts.async_wait([&](error_code error, int) {
    if (error) return;
    interrupted = true;
    exchange.close();
  });
  asio::co_spawn(loop, exchange.run(), [&](std::exception_ptr thrown, Result<HttpAnswer> answer) {
    if (thrown) {
      result = internal_error("the HTTP client failed unexpectedly");
    } else {
      result = std::move(answer);
    }
    interrupts.cancel();
  });
  loop.run();
  if (interrupted) {
    return Error::from_errno("call", server.text, EINTR).with_kind(ErrorKind::kUser);
  }
  return std::move(*result);
}

Result<void> wait_between_calls(std::chrono::milliseconds time) {
  asio::io_context loop(1);
  asio::steady_timer timer(loop, time);
  asio::signal_set interrupts(loop, SIGINT, SIGTERM);
  bool interrupted = false;
  interrupts.async_wait([&](error_code error, int) {
    if (error) return;
    interrupted = true;
    timer.cancel();
  });
  timer.async_wait([&](error_code) { interrupts.cancel(); });
  loop.run();
  if (interrupted) return Error::from_errno("wait", "", EINTR).with_kind(ErrorKind::kUser);
  return ok();
}

}  // namespace glovebox
