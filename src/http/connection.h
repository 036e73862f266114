// Connection: serves the requests of one socket, one after the other.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <string>

#include "http/request_log.h"
#include "http/server_context.h"
#include "http/wire/peer_watch.h"
#include "http/wire/request_body.h"
#include "http/wire/request_reader.h"

namespace glovebox {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // `bucket`: what it counts under in the table of addresses; empty: not counted.
  Connection(std::shared_ptr<ServerContext> server, boost::asio::ip::tcp::socket socket,
             boost::asio::ip::address peer, std::string bucket);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Serves on the socket's executor until the connection ends, and keeps itself alive.
  void start();

  void close_if_idle();
  void close();

 private:
  enum class After { kNext, kLinger, kClose, kStream };

  // A body that is made while it is sent. Thousands may stand for hours: what else there was of
  // their requests is gone meanwhile, the coroutines that served them included.
  struct Streaming {
    std::unique_ptr<BodyStream> body;
    bool chunked = false;
    After after = After::kLinger;  // where all goes well
    RequestLog log;
  };

  Awaitable<void> serve_all();
  Awaitable<After> serve_one();
  Awaitable<After> serve_request(RequestHead head, MessageParser& parser);
  // Never fails: errors are answers too.
  Awaitable<HttpResponse> answer(HttpRequest& request, RequestBody& body);
  Awaitable<Result<HttpResponse>> call_route(HttpRequest& request, RequestBody& body);
  // Whose request it is. Returns the credential that says so, for Callers::still_admits(); empty if
  // none is required.
  Result<std::string> identify(HttpRequest& request, const Result<Router::Match>& match);
  // The same for a request with the token of a share, which may only read what that shares.
  Awaitable<Result<std::string>> admit_share(HttpRequest& request,
                                             const Result<Router::Match>& match);
  std::function<bool()> still_admits(const HttpRequest& request, std::string credential) const;
  // All but a body that is made while it is sent.
  Awaitable<IoStatus> send(const HttpResponse& response, ResponseTraits traits, bool with_body);
  Awaitable<IoStatus> send_file(const HttpResponse& response);
  Awaitable<After> serve_stream();
  // Reads and drops for a while, so that the peer sees the last answer and not a reset.
  Awaitable<void> linger();

  std::shared_ptr<ServerContext> server_;
  boost::asio::ip::address peer_address_;
  std::string bucket_;
  TimedSocket socket_;
  boost::beast::flat_buffer buffer_;
  RequestReader reader_;
  PeerWatch peer_;
  std::unique_ptr<Streaming> streaming_;
};

}  // namespace glovebox
