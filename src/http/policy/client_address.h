// The client of a request, as admission counts it: the peer's address, or what a trusted proxy
// reports.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "http/wire/request_head.h"
#include "model/ids.h"

namespace glovebox {

// IPv4-mapped IPv6 as IPv4; everything else unchanged.
boost::asio::ip::address plain_address(const boost::asio::ip::address& address);

// What counts as one client: an IPv4 address ("192.0.2.7"), or an IPv6 network of 64 bits
// ("2001:db8:1:2::/64"), because one user has a whole /64.
std::string address_bucket(const boost::asio::ip::address& address);

class ClientAddresses {
 public:
  // "192.0.2.0/24", "2001:db8::/32", or a single address. kValidation names the invalid one.
  static Result<ClientAddresses> make(const std::vector<std::string>& trusted_proxies);

  bool is_trusted(const boost::asio::ip::address& address) const;

  // "ip:BUCKET". X-Forwarded-For is read from the right, as long as the host that added an entry is
  // trusted: the first entry that is not a trusted proxy is the client.
  ClientId identify(const boost::asio::ip::address& peer, const RequestHead& head) const;

 private:
  using Network = std::variant<boost::asio::ip::network_v4, boost::asio::ip::network_v6>;
  static Result<Network> parse_network(std::string_view text);

  std::vector<Network> trusted_;
};

}  // namespace glovebox
