// HttpServer: http-api.md over the parts of an ExecutionService. A thin layer: it parses,
// identifies clients, checks Host and Origin, and writes responses; the service decides what a job
// may do.
//
// Threads: everything runs on the one thread that runs the io_context, except reads and writes of
// regular files, which run on one thread of the server's own. Create it after the launcher was
// started, because the launcher must be forked before any thread.
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

  // The address on which it listens.
  virtual std::uint16_t port() const = 0;
  // "http://HOST:PORT", IPv6 in brackets.
  virtual std::string url() const = 0;
  // The number of open connections and event streams.
  virtual std::size_t connections() const = 0;
  virtual std::size_t streams() const = 0;

  // Accepts no new connections; idle ones are closed, others after their current request.
  virtual void stop_accepting() = 0;
  // stop_accepting(), then returns when no connection is left, at the latest after `grace`, when
  // the remaining ones are closed.
  virtual boost::asio::awaitable<void> finish(std::chrono::milliseconds grace) = 0;
  // Closes everything immediately. Jobs whose clients waited are abandoned.
  virtual void stop() = 0;
};

// Listens immediately; accepting starts when `context` runs. `context` and the services must
// outlive the server; destroy the server after the context has stopped running. Ignores SIGPIPE for
// the whole process. kValidation if an option is malformed; kInternal with errno_value() if the
// address cannot be used.
Result<std::unique_ptr<HttpServer>> make_http_server(boost::asio::io_context& context,
                                                     const Services& services, HttpOptions options);

// The same for a server that has only GET /metrics, and asks for no key: options.metrics is not
// null.
Result<std::unique_ptr<HttpServer>> make_metrics_server(boost::asio::io_context& context,
                                                        HttpOptions options);

}  // namespace glovebox
