// Exchange: one request on its way to a route. It is all that a route sees of the connection, so
// routes know neither sockets nor Beast.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/awaitable.h"
#include "base/clock.h"
#include "base/memory_budget.h"
#include "base/result.h"
#include "http/wire/request_head.h"
#include "http/wire/request_target.h"
#include "http/wire/response.h"
#include "http/wire/trace_context.h"
#include "model/ids.h"

namespace glovebox {

class FilePool;
class ReaderPlaces;
struct HttpOptions;

// The body of a request, without its framing.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  // Nothing if the size is known only at the end of the body.
  virtual std::optional<std::uint64_t> content_length() const = 0;
  // Reads at least one byte into `data`; returns 0 at the end. `data` must live until it returns.
  // The first call sends "100 Continue" if the client waits for it.
  virtual Awaitable<Result<std::size_t>> read(char* data, std::size_t capacity) = 0;
};

// The client's side of the connection.
class Peer {
 public:
  virtual ~Peer() = default;
  // Calls `gone` once if the client closes its side before the response is sent.
  virtual void watch(std::function<void()> gone) = 0;
};

struct HttpRequest {
  RequestHead head;
  RequestTarget target;
  ClientId client;         // the client: the owner of the key, otherwise the address
  ClientId reader;         // whose jobs it may read: `client`, or with a share the share's owner
  std::string share = {};  // the id of the share that the request has; empty: none
  ClientId address;        // "ip:…", also if a key identifies the client
  std::string id;
  std::optional<TraceContext> trace;
  std::string job;  // what it is about, for the log; empty: no job
};

struct Exchange {
  const HttpRequest& request;
  BodyReader& body;
  Peer& peer;
  const HttpOptions& options;
  FilePool& files;
  ReaderPlaces& streams;  // event streams
  SteadyTime server_started;
  std::string& log_job;  // HttpRequest::job, for a route that creates one
  // Parameters of the route's pattern, by name; the value of "{path*}" is under "path".
  std::vector<std::pair<std::string_view, std::string>> parameters;

  const std::string& parameter(std::string_view name) const;
};

// The whole body as text. kPayloadTooLarge over `limit`, before a byte is read if the client
// announced the size. Charges `memory` for it as it arrives: kQueueFull if there is no room.
Awaitable<Result<std::string>> read_text(Exchange& exchange, std::size_t limit,
                                         MemoryBudget::Share& memory);
// A share of the options' budget, or an unlimited one.
MemoryBudget::Share memory_share(const HttpOptions& options, MemoryUse use);
// Charges the budget for the body of a response until it is sent: kQueueFull if there is no room.
// `what` is for the message: "the output".
Result<HttpResponse> charge_body(const HttpOptions& options, HttpResponse response,
                                 std::string_view what);
// kPayloadTooLarge if the announced size is over `limit`.
Result<void> check_content_length(const BodyReader& body, std::uint64_t limit);
Error body_too_large(std::uint64_t limit);

}  // namespace glovebox
