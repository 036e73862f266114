// IP addresses and networks, and which addresses a request of a client may reach.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace glovebox {

struct NetworkAddress {
  bool v6 = false;
  std::array<std::uint8_t, 16> bytes{};  // 4 of them for IPv4

  // Numeric, as inet_pton(3) takes it; nothing for other text, "127.1" included.
  static std::optional<NetworkAddress> parse(std::string_view text);
  // Nothing for another family.
  static std::optional<NetworkAddress> of(const sockaddr* address);
  std::string text() const;
  bool operator==(const NetworkAddress&) const = default;
};

// A network, such as 10.0.0.0/8 or fd00::/8. An IPv4 network does not contain IPv6 addresses in
// which an address of it is embedded.
struct Network {
  NetworkAddress base;
  int prefix_bits = 0;

  // "ADDRESS/BITS" or one address. kValidation where it is neither, or bits after the prefix are
  // set.
  static Result<Network> parse(std::string_view text);
  bool contains(const NetworkAddress& address) const;
};

// Why this address is not a public one: "loopback", "private", …; empty for a public one. By the
// IANA registries of special addresses; for IPv6 everything outside 2000::/3 is special. Also the
// metadata services of clouds, and forms of IPv6 in which an IPv4 address is embedded.
std::string_view special_purpose_of(const NetworkAddress& address);

bool is_in_any(const std::vector<Network>& networks, const NetworkAddress& address);

}  // namespace glovebox
