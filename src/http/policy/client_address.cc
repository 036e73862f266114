#include "http/policy/client_address.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace glovebox {
namespace {

namespace ip = boost::asio::ip;

std::optional<ip::address> parse_address(std::string_view text) {
  boost::system::error_code error;
  ip::address address = ip::make_address(text, error);
  if (error) return std::nullopt;
  return plain_address(address);
}

// An entry of X-Forwarded-For: ADDRESS, IPV4:PORT, [IPV6] or [IPV6]:PORT.
std::optional<ip::address> parse_forwarded(std::string_view entry) {
  entry = trim(entry);
  if (entry.starts_with('[')) {
    return parse_address(entry.substr(1, entry.find(']') - 1));
  }
  if (std::count(entry.begin(), entry.end(), ':') == 1) {
    entry = entry.substr(0, entry.find(':'));
  }
  return parse_address(entry);
}

}  // namespace

ip::address plain_address(const ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return ip::make_address_v4(ip::v4_mapped, address.to_v6());
  }
  return address;
}

std::string address_bucket(const ip::address& address) {
  ip::address plain = plain_address(address);
  if (plain.is_v4()) return plain.to_string();
  ip::address_v6::bytes_type bytes = plain.to_v6().to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
  return ip::address_v6(bytes).to_string() + "/64";
}

Result<ClientAddresses::Network> ClientAddresses::parse_network(std::string_view text) {
  Error bad = validation_error("trusted_proxies: \"" + std::string(text) +
                               "\" is not an address or a network such as 10.0.0.0/8.");
  std::size_t slash = text.find('/');
  boost::system::error_code error;
  ip::address address = ip::make_address(text.substr(0, slash), error);
  if (error) return bad;
  int bits = address.is_v4() ? 32 : 128;
  int prefix = bits;
  if (slash != std::string_view::npos) {
    const char* end = text.data() + text.size();
    auto [stop, failure] = std::from_chars(text.data() + slash + 1, end, prefix);
    if (failure != std::errc() || stop != end || prefix < 0 || prefix > bits) return bad;
  }
  auto length = static_cast<unsigned short>(prefix);
  if (address.is_v4()) return Network(ip::network_v4(address.to_v4(), length));
  return Network(ip::network_v6(address.to_v6(), length));
}

Result<ClientAddresses> ClientAddresses::make(const std::vector<std::string>& trusted_proxies) {
  ClientAddresses addresses;
  for (const std::string& text : trusted_proxies) {
    GB_TRY(Network network, parse_network(text));
    addresses.trusted_.push_back(network);
  }
  return addresses;
}

bool ClientAddresses::is_trusted(const ip::address& address) const {
  ip::address plain = plain_address(address);
  return std::any_of(trusted_.begin(), trusted_.end(), [&](const Network& network) {
    if (const auto* v4 = std::get_if<ip::network_v4>(&network)) {
      return plain.is_v4() &&
             ip::network_v4(plain.to_v4(), v4->prefix_length()).canonical() == v4->canonical();
    }
    const auto& v6 = std::get<ip::network_v6>(network);
    return plain.is_v6() &&
           ip::network_v6(plain.to_v6(), v6.prefix_length()).canonical() == v6.canonical();
  });
}

ClientId ClientAddresses::identify(const ip::address& peer, const RequestHead& head) const {
  ip::address client = plain_address(peer);
  std::string forwarded = head.joined("X-Forwarded-For");
  std::string_view rest = forwarded;
  while (!rest.empty() && is_trusted(client)) {
    std::size_t comma = rest.rfind(',');
    std::size_t start = comma == std::string_view::npos ? 0 : comma + 1;
    std::optional<ip::address> entry = parse_forwarded(rest.substr(start));
    if (!entry) break;
    client = *entry;
    rest = rest.substr(0, start == 0 ? 0 : comma);
  }
  return ClientId("ip:" + address_bucket(client));
}

}  // namespace glovebox
