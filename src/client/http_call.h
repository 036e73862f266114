// One HTTP request, one answer: what the command line needs of a client. Plain HTTP/1.1, one
// connection a call.
//
// Threads: blocks the calling one; any thread, but only one call of a process at a time watches for
// Ctrl-C.
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
  std::string host;  // IPv6 without brackets
  std::string port;
  std::string authority;  // for Host: as it was written
  std::string text;       // "http://HOST:PORT", for people
};

// "http://HOST[:PORT][/]" or "HOST:PORT". kValidation for what is no server's address, https
// included: it is not spoken.
Result<ServerUrl> parse_server_url(std::string_view text);

struct HttpCall {
  std::string method = "GET";
  std::string target = "/";
  std::vector<std::pair<std::string, std::string>> headers;
  // Sent one after the other: text, a regular file from its start when not -1, text.
  std::string body;
  int body_fd = -1;
  std::string body_end;
  // Where the body of a 2xx answer is written instead of into the answer, when not -1; it may then
  // be of any size up to `most_bytes`.
  int answer_fd = -1;
  std::uint64_t most_bytes = 0;
  // The answer may be waited for this long; 0: as long as it takes.
  std::chrono::milliseconds patience{60'000};
};

struct HttpAnswer {
  int status = 0;
  std::string body;
};

// Of an answer's body; more is an error.
inline constexpr ByteCount kMaxAnswer{64ULL << 20};

// kUser where the server cannot be reached, goes away, or is too slow, and where the user
// interrupts (SIGINT, SIGTERM; errno_value() is then EINTR). Any status is an answer.
Result<HttpAnswer> http_call(const ServerUrl& server, const HttpCall& call);

}  // namespace glovebox
