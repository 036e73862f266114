// HttpResponse: what a route answers. The connection adds what every answer has and sends it.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/unique_fd.h"
#include "http/request_head.h"

namespace glovebox {

struct HttpResponse {
  int status = 200;
  std::vector<HeaderField> fields;
  std::string body;
  // Sent instead of the body where it is valid: file_bytes of it, from its start.
  UniqueFd file;
  std::uint64_t file_bytes = 0;

  std::uint64_t content_length() const { return file.valid() ? file_bytes : body.size(); }
};

HttpResponse json_response(int status, const boost::json::object& body);

int http_status(ErrorKind kind);
// In the one form of errors. Of our own faults only the request id is told, and the rest logged.
HttpResponse error_response(const Error& error, std::string_view request_id);

struct ResponseTraits {
  std::string_view request_id;
  bool keep_alive = true;
};
// Status line and fields up to the empty line, with Date, Content-Length, Connection, X-Request-Id
// and the security headers. Control characters in values become spaces.
std::string serialize_head(const HttpResponse& response, const ResponseTraits& traits);

}  // namespace glovebox
