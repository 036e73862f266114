// HttpResponse: the response of a route. The connection adds what every response has and sends it.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/awaitable.h"
#include "base/error.h"
#include "base/unique_fd.h"
#include "http/wire/request_head.h"

namespace glovebox {

// A body that is produced while it is sent.
class BodyStream {
 public:
  virtual ~BodyStream() = default;
  // The next bytes, at least one; nothing at the end.
  virtual Awaitable<std::optional<std::string>> next() = 0;
  // The client has disconnected: ends a waiting next().
  virtual void stop() = 0;
  // Whether the end came too early: the connection is then closed instead of ended normally.
  virtual bool failed() const { return false; }
  // Whether what was sent so far is useful by itself, such as the events of a job.
  virtual bool may_end_early() const { return false; }
};

struct HttpResponse {
  int status = 200;
  std::vector<HeaderField> fields;
  std::string body;
  // If valid, sent instead of the body: file_bytes of it, from file_offset on.
  UniqueFd file;
  std::uint64_t file_offset = 0;
  std::uint64_t file_bytes = 0;
  // If not null, sent instead of the body.
  std::unique_ptr<BodyStream> stream;
  // Released when the response is sent, such as its share of the memory budget.
  std::shared_ptr<void> held;

  std::uint64_t content_length() const { return file.valid() ? file_bytes : body.size(); }
};

HttpResponse json_response(int status, const boost::json::object& body);

int http_status(ErrorKind kind);
// The standard form of errors. For a failure of Glovebox it contains only the request id, and the
// rest is logged.
HttpResponse error_response(const Error& error, std::string_view request_id);

struct ResponseTraits {
  std::string_view request_id;
  bool keep_alive = true;
  bool chunked = false;  // a body of unknown length
};
// Status line and fields up to the empty line, with Date, Content-Length, Connection, X-Request-Id
// and the security headers. Control characters in values become spaces.
std::string serialize_head(const HttpResponse& response, const ResponseTraits& traits);

}  // namespace glovebox
