// ServerContext: shared by all connections of one server.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "base/random.h"
#include "execution/artifacts/reader_places.h"
#include "http/policy/callers.h"
#include "http/policy/client_address.h"
#include "http/policy/host_policy.h"
#include "http/policy/share_gate.h"
#include "http/routes/router.h"
#include "http/server.h"
#include "http/wire/file_pool.h"
#include "mcp/mcp_service.h"

namespace glovebox {

class Connection;

// The open connections, counted in total and by address. The loop's thread.
class ConnectionTable {
 public:
  explicit ConnectionTable(boost::asio::any_io_executor executor);

  // `bucket` empty: not counted by address.
  void add(Connection* connection, const std::string& bucket);
  void remove(Connection* connection, const std::string& bucket);
  std::size_t size() const { return connections_.size(); }
  std::size_t of_address(const std::string& bucket) const;
  // A copy, because a call on a connection may remove it.
  std::vector<std::shared_ptr<Connection>> all() const;
  // Returns when there is none, or after `grace`.
  boost::asio::awaitable<void> wait_until_empty(std::chrono::milliseconds grace);

 private:
  std::unordered_set<Connection*> connections_;
  std::unordered_map<std::string, std::size_t> by_address_;
  boost::asio::steady_timer empty_;
};

struct ServerContext {
  ServerContext(boost::asio::any_io_executor executor, HttpOptions the_options)
      : options(std::move(the_options)),
        callers(options.keys),
        streams({options.streams_per_client, 0, options.deadlines.stalled}),
        connections(executor) {}

  void tell_refusal(const Error& error) const {
    if (options.on_refusal) options.on_refusal(error);
  }

  HttpOptions options;
  ClientAddresses addresses;
  HostPolicy hosts;
  Callers callers;
  ShareGate shares;
  std::unique_ptr<McpService> mcp;  // null on the address of the metrics
  Router router;
  RandomIds request_ids;
  FilePool files;
  ReaderPlaces streams;
  SteadyTime started = std::chrono::steady_clock::now();
  bool stopping = false;  // each response is the last one of its connection
  ConnectionTable connections;
};

}  // namespace glovebox
