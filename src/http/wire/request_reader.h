// RequestReader: reads requests from a connection one after the other.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <optional>

#include "base/awaitable.h"
#include "base/result.h"
#include "http/http_options.h"
#include "http/wire/message_parser.h"
#include "http/wire/strict_head.h"
#include "http/wire/timed_socket.h"

namespace glovebox {

HeadLimits head_limits(const HttpOptions& options);

class RequestReader {
 public:
  // All must outlive the reader.
  RequestReader(TimedSocket& socket, boost::beast::flat_buffer& buffer, const HttpOptions& options);

  // The next request's head; `parser` is then ready for its body. Nothing: the connection ended or
  // timed out, between two requests or in the middle of one. If there is an error, send a response
  // and close the connection: where the next request starts is unknown.
  Awaitable<Result<std::optional<RequestHead>>> read_head(MessageParser& parser);

  // True while it waits for the first byte of a request.
  bool idle() const { return idle_; }

 private:
  Awaitable<IoStatus> wait_for_request();
  Result<RequestHead> take_head(std::size_t size, MessageParser& parser);
  std::string_view buffered() const;

  TimedSocket& socket_;
  boost::beast::flat_buffer& buffer_;
  const HttpOptions& options_;
  HeadScanner scanner_;
  bool first_ = true;
  bool idle_ = false;
};

}  // namespace glovebox
