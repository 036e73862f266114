// HttpServer: http-api.md over the parts of an ExecutionService. A thin shell: it parses,
// identifies, checks Host and Origin, and writes answers; what a job may do is decided by the
// service.
//
// Threads: everything runs on the one thread that runs the io_context, but for reads and writes of
// regular files, which go to one thread of the server's own. Make it after the launcher was
// started, since the launcher must be forked before any thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/http_options.h"

namespace glovebox {

struct Services;

class HttpServer {
 public:
  virtual ~HttpServer() = default;

  // Where it listens.
  virtual std::uint16_t port() const = 0;
  // "http://HOST:PORT", IPv6 in brackets.
  virtual std::string url() const = 0;
  // Connections and event streams open now.
  virtual std::size_t connections() const = 0;
  virtual std::size_t streams() const = 0;

  // No new connections; idle ones are closed, others after the request that they are serving.
  virtual void stop_accepting() = 0;
  // stop_accepting(), then returns when no connection is left, at the latest after `grace`, when
  // what is left is closed.
  virtual boost::asio::awaitable<void> finish(std::chrono::milliseconds grace) = 0;
  // Closes everything at once. Jobs whose clients waited are abandoned.
  virtual void stop() = 0;
};

// Listens at once: accepting starts when `context` runs. `context` and the services must outlive
// the server; destroy the server after the context has stopped running. Ignores SIGPIPE for the
// whole process. kValidation where an option is malformed; kInternal with errno_value() where the
// address cannot be had.
Result<std::unique_ptr<HttpServer>> make_http_server(boost::asio::io_context& context,
                                                     const Services& services, HttpOptions options);

// The same for a server that has only GET /metrics, and asks for no key: options.metrics is not
// null.
Result<std::unique_ptr<HttpServer>> make_metrics_server(boost::asio::io_context& context,
                                                        HttpOptions options);

}  // namespace glovebox
