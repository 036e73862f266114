// RequestBody: the body of one request, read from the socket.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>

#include "http/http_options.h"
#include "http/wire/exchange.h"
#include "http/wire/message_parser.h"
#include "http/wire/timed_socket.h"

namespace glovebox {

class RequestBody final : public BodyReader {
 public:
  enum class Expects { kNothing, kContinue };

  // All must outlive the body.
  RequestBody(TimedSocket& socket, boost::beast::flat_buffer& buffer, MessageParser& parser,
              const HttpOptions& options, Expects expects);

  std::optional<std::uint64_t> content_length() const override;
  Awaitable<Result<std::size_t>> read(char* data, std::size_t capacity) override;

  // Discards the part that has already arrived. Returns true if that was all of it, so that the
  // next request follows.
  bool skip_buffered();

 private:
  // 0 and no error: more bytes are needed, or the body is complete.
  Result<std::size_t> decode_buffered(char* data, std::size_t capacity);
  Awaitable<Result<void>> receive();

  TimedSocket& socket_;
  boost::beast::flat_buffer& buffer_;
  MessageParser& parser_;
  const HttpOptions& options_;
  bool continue_due_;
  std::uint64_t received_ = 0;
  // Time spent waiting for the peer; time spent on the disk does not count.
  SteadyTime::duration waited_{0};
};

}  // namespace glovebox
