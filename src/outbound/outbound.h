// Requests to other machines. The server itself cannot connect anywhere: it passes each request to
// the sender, a process of its own that has the network and nothing else (sender_main.h).
//
// One request goes out and one answer comes back, under these rules:
//  - the name is resolved once; every address must be public, or inside
//  SenderOptions::allow_networks
//    or of a host in SenderOptions::trusted_origins; the connection goes to an address that was
//    checked, so that a name cannot change its meaning between check and use;
//  - https, unless every address is inside allow_networks or the origin is trusted;
//  - no redirect is followed, no proxy is used, no cookie is kept, HTTP/1.1;
//  - time, the request's size and the answer's size have bounds.
//
// Threads: the event loop.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/awaitable.h"
#include "base/result.h"

namespace glovebox {

using HeaderFields = std::vector<std::pair<std::string, std::string>>;

struct OutboundRequest {
  enum class Method { kGet, kPost };
  Method method = Method::kPost;
  std::string url;       // absolute, ASCII, without user and fragment
  HeaderFields headers;  // besides Host, User-Agent, Accept and Content-Length
  std::string body;      // of a POST
  // For everything: the look-up of the name, the connection and the answer.
  std::chrono::milliseconds timeout{15'000};
  // More of the answer's body is not read.
  std::size_t most_answer_bytes = 16 << 10;
};

inline constexpr std::size_t kMaxOutboundUrl = 2048;
inline constexpr std::size_t kMaxOutboundBody = 64 << 10;
inline constexpr std::size_t kMaxOutboundAnswer = 128 << 10;
inline constexpr std::size_t kMaxOutboundHeaders = 16;
inline constexpr std::size_t kMaxOutboundHeaderBytes = 4096;  // of one field
inline constexpr std::chrono::milliseconds kMaxOutboundTime{60'000};
// Requests that are under way at one time; one more is refused with kQueueFull.
inline constexpr std::size_t kMaxOutboundCalls = 8;

struct OutboundAnswer {
  int status = 0;
  // Of the answer's fields only these: content-type, retry-after, date, cache-control; names in
  // lower case.
  HeaderFields headers;
  std::string body;
  bool body_truncated = false;
  std::string address;  // the peer's, as text

  // Empty if the answer does not have it.
  std::string_view header(std::string_view name) const;
};

class Outbound {
 public:
  virtual ~Outbound() = default;

  // Any answer with a status is a value, whatever the status is. The Error is
  //  kValidation  the request is malformed or over a bound
  //  kForbidden   the rules above refuse the URL or an address of its host
  //  kUser        no answer: name not found, refused, reset, TLS, timeout, not HTTP
  //  kQueueFull   too many requests are under way
  //  kInternal    the sender died: whether the request arrived is unknown
  virtual Awaitable<Result<OutboundAnswer>> send(OutboundRequest request) = 0;

  // Why nothing can be sent at the moment, for operators; empty: it can.
  virtual std::string outage() const = 0;
};

}  // namespace glovebox
