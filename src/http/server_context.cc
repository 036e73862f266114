#include "http/server_context.h"

#include "http/connection.h"
#include "http/wire/timed_socket.h"

namespace glovebox {

ConnectionTable::ConnectionTable(boost::asio::any_io_executor executor)
    : empty_(std::move(executor)) {}

void ConnectionTable::add(Connection* connection, const std::string& bucket) {
  connections_.insert(connection);
  if (!bucket.empty()) ++by_address_[bucket];
}

void ConnectionTable::remove(Connection* connection, const std::string& bucket) {
  connections_.erase(connection);
  auto counted = by_address_.find(bucket);
  if (counted != by_address_.end() && --counted->second == 0) by_address_.erase(counted);
  if (connections_.empty()) empty_.cancel();
}

std::size_t ConnectionTable::of_address(const std::string& bucket) const {
  auto counted = by_address_.find(bucket);
  return counted == by_address_.end() ? 0 : counted->second;
}

std::vector<std::shared_ptr<Connection>> ConnectionTable::all() const {
  std::vector<std::shared_ptr<Connection>> all;
  for (Connection* connection : connections_) all.push_back(connection->shared_from_this());
  return all;
}

boost::asio::awaitable<void> ConnectionTable::wait_until_empty(std::chrono::milliseconds grace) {
  if (connections_.empty()) co_return;
  empty_.expires_after(grace);
  co_await empty_.async_wait(kAsTuple);
}

}  // namespace glovebox
