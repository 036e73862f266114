#include "outbound/network_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace glovebox {
namespace {

struct SpecialNetwork {
  std::string_view network;
  std::string_view purpose;
};

// https://www.iana.org/assignments/iana-ipv4-special-registry
constexpr SpecialNetwork kSpecialV4[] = {
    {"0.0.0.0/8", "unspecified"},
    {"10.0.0.0/8", "private"},
    {"100.64.0.0/10", "shared by a provider (private)"},  // with the metadata of Alibaba Cloud
    {"127.0.0.0/8", "loopback"},
    {"168.63.129.16/32", "metadata"},  // Azure's, with a public number
    {"169.254.0.0/16", "link-local"},  // with the metadata of most clouds, 169.254.169.254
    {"172.16.0.0/12", "private"},
    {"192.0.0.0/24", "reserved"},  // with the metadata of Oracle's cloud
    {"192.0.2.0/24", "documentation"},
    {"192.88.99.0/24", "6to4 relay"},
    {"192.168.0.0/16", "private"},
    {"198.18.0.0/15", "benchmarking"},
    {"198.51.100.0/24", "documentation"},
    {"203.0.113.0/24", "documentation"},
    {"224.0.0.0/4", "multicast"},
    {"240.0.0.0/4", "reserved"},  // with 255.255.255.255, broadcast
};

// https://www.iana.org/assignments/iana-ipv6-special-registry. The first that matches.
constexpr SpecialNetwork kSpecialV6[] = {
    {"::/128", "unspecified"},
    {"::1/128", "loopback"},
    {"::ffff:0:0/96", "IPv4-mapped"},
    {"::/96", "IPv4-compatible"},
    {"64:ff9b::/96", "NAT64"},
    {"64:ff9b:1::/48", "NAT64"},
    {"100::/64", "discard"},
    {"2001::/32", "Teredo"},
    {"2001::/23", "reserved"},
    {"2001:db8::/32", "documentation"},
    {"2002::/16", "6to4"},
    {"3fff::/20", "documentation"},
    {"fc00::/7", "private"},  // with fd00:ec2::254, metadata of AWS
    {"fe80::/10", "link-local"},
    {"fec0::/10", "site-local"},
    {"ff00::/8", "multicast"},
};

struct ParsedNetwork {
  Network network;
  std::string_view purpose;
};

template <std::size_t N>
std::vector<ParsedNetwork> parse_all(const SpecialNetwork (&table)[N]) {
  std::vector<ParsedNetwork> parsed;
  for (const SpecialNetwork& special : table) {
    parsed.push_back({Network::parse(special.network).value(), special.purpose});
  }
  return parsed;
}

// The interface part of RFC 5214: 0000:5efe or 0200:5efe before an IPv4 address.
bool is_isatap(const NetworkAddress& address) {
  const auto& b = address.bytes;
  return (b[8] & 0xfd) == 0 && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe;
}

bool is_global_unicast(const NetworkAddress& address) {
  return (address.bytes[0] & 0xe0) == 0x20;  // 2000::/3
}

}  // namespace

std::optional<NetworkAddress> NetworkAddress::parse(std::string_view text) {
  std::string whole(text);
  NetworkAddress address;
  if (::inet_pton(AF_INET, whole.c_str(), address.bytes.data()) == 1) return address;
  address.v6 = true;
  if (::inet_pton(AF_INET6, whole.c_str(), address.bytes.data()) == 1) return address;
  return std::nullopt;
}

std::optional<NetworkAddress> NetworkAddress::of(const sockaddr* address) {
  NetworkAddress found;
  if (address->sa_family == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(address);
    std::memcpy(found.bytes.data(), &v4->sin_addr, sizeof v4->sin_addr);
    return found;
  }
  if (address->sa_family != AF_INET6) return std::nullopt;
  found.v6 = true;
  const auto* v6 = reinterpret_cast<const sockaddr_in6*>(address);
  std::memcpy(found.bytes.data(), &v6->sin6_addr, sizeof v6->sin6_addr);
  return found;
}

std::string NetworkAddress::text() const {
  char buffer[INET6_ADDRSTRLEN] = {};
  ::inet_ntop(v6 ? AF_INET6 : AF_INET, bytes.data(), buffer, sizeof buffer);
  return buffer;
}

Result<Network> Network::parse(std::string_view text) {
  auto wrong = [text](std::string_view why) {
    return validation_error(fmt::format(
        "'{}' is no network: {}; write ADDRESS/BITS such as 10.0.0.0/8 or fd00::/8", text, why));
  };
  std::size_t slash = text.find('/');
  std::optional<NetworkAddress> base = NetworkAddress::parse(text.substr(0, slash));
  if (!base) return wrong("the address is malformed");
  const int most = base->v6 ? 128 : 32;
  Network network{*base, most};
  if (slash != std::string_view::npos) {
    std::string_view bits = text.substr(slash + 1);
    auto [end, failure] =
        std::from_chars(bits.data(), bits.data() + bits.size(), network.prefix_bits);
    if (failure != std::errc() || end != bits.data() + bits.size() || network.prefix_bits < 0 ||
        network.prefix_bits > most) {
      return wrong(fmt::format("the number of bits is not one from 0 to {}", most));
    }
  }
  for (int bit = network.prefix_bits; bit < most; ++bit) {
    if (base->bytes[static_cast<std::size_t>(bit / 8)] & (0x80 >> bit % 8)) {
      return wrong("bits after the prefix are set");
    }
  }
  return network;
}

bool Network::contains(const NetworkAddress& address) const {
  if (address.v6 != base.v6) return false;
  auto whole = static_cast<std::size_t>(prefix_bits / 8);
  if (std::memcmp(address.bytes.data(), base.bytes.data(), whole) != 0) return false;
  int rest = prefix_bits % 8;
  if (rest == 0) return true;
  auto mask = static_cast<std::uint8_t>(0xff << (8 - rest));
  return ((address.bytes[whole] ^ base.bytes[whole]) & mask) == 0;
}

std::string_view special_purpose_of(const NetworkAddress& address) {
  static const std::vector<ParsedNetwork> v4 = parse_all(kSpecialV4);
  static const std::vector<ParsedNetwork> v6 = parse_all(kSpecialV6);
  for (const ParsedNetwork& special : address.v6 ? v6 : v4) {
    if (special.network.contains(address)) return special.purpose;
  }
  if (!address.v6) return {};
  if (!is_global_unicast(address)) return "reserved";
  return is_isatap(address) ? "ISATAP" : std::string_view();
}

bool is_in_any(const std::vector<Network>& networks, const NetworkAddress& address) {
  return std::ranges::any_of(networks,
                             [&](const Network& network) { return network.contains(address); });
}

}  // namespace glovebox
