// One HTTP request and its response, for the command line. Plain HTTP/1.1, one connection per call.
//
// Threads: blocks the calling thread. Any thread may call it, but only one call per process can
// watch for Ctrl-C at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/units.h"

namespace glovebox {

struct ServerUrl {
  std::string host;  // an IPv6 address without brackets
  std::string port;
  std::string authority;  // for Host: as the user wrote it
  std::string text;       // "http://HOST:PORT", for messages
};

// "http://HOST[:PORT][/]" or "HOST:PORT". kValidation for anything else; https is not supported.
Result<ServerUrl> parse_server_url(std::string_view text);

struct HttpCall {
  std::string method = "GET";
  std::string target = "/";
  std::vector<std::pair<std::string, std::string>> headers;
  // Sent in this order: text, a regular file from its start unless -1, text.
  std::string body;
  int body_fd = -1;
  std::string body_end;
  // If not -1, the body of a 2xx response is written here instead of into the response. It may then
  // have any size up to `most_bytes`.
  int answer_fd = -1;
  std::uint64_t most_bytes = 0;
  // Timeout for the response; 0: no timeout.
  std::chrono::milliseconds patience{60'000};
};

struct HttpAnswer {
  int status = 0;
  std::string body;
};

// The limit on the body of a response, in bytes.
inline constexpr ByteCount kMaxAnswer{64ULL << 20};

// kUser if the server cannot be reached, disconnects or is too slow, and if the user interrupts the
// call (SIGINT, SIGTERM; errno_value() is then EINTR). Any status is a response.
Result<HttpAnswer> http_call(const ServerUrl& server, const HttpCall& call);

// Waits before the next call. EINTR if the user interrupts, as above.
Result<void> wait_between_calls(std::chrono::milliseconds time);

}  // namespace glovebox
