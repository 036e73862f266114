#include "http/policy/client_address.h"

#include <gtest/gtest.h>

namespace glovebox {
namespace {

namespace ip = boost::asio::ip;

std::string identify(const std::string& peer, std::vector<std::string> forwarded,
                     std::vector<std::string> trusted = {}) {
  RequestHead head;
  for (auto& value : forwarded) head.fields.push_back({"x-forwarded-for", value});
  auto addresses = ClientAddresses::make(trusted);
  return addresses.value().identify(ip::make_address(peer), head).str();
}

TEST(ClientAddressTest, AnIPv4AddressIsOneClient) {
  EXPECT_EQ(identify("192.0.2.7", {}), "ip:192.0.2.7");
}

TEST(ClientAddressTest, T70AnIPv6NetworkOf64BitsIsOneClient) {
  EXPECT_EQ(identify("2001:db8:1:2::1", {}), "ip:2001:db8:1:2::/64");
  EXPECT_EQ(identify("2001:db8:1:2:ffff:ffff:ffff:ffff", {}), "ip:2001:db8:1:2::/64");
  EXPECT_NE(identify("2001:db8:1:3::1", {}), identify("2001:db8:1:2::1", {}));
  EXPECT_EQ(identify("fe80::1%1", {}), "ip:fe80::/64");
}

TEST(ClientAddressTest, T70AMappedAddressIsTheIPv4Client) {
  EXPECT_EQ(identify("::ffff:192.0.2.7", {}), "ip:192.0.2.7");
}

TEST(ClientAddressTest, T69ForwardedForOfAnUntrustedPeerIsIgnored) {
  EXPECT_EQ(identify("192.0.2.7", {"198.51.100.1"}), "ip:192.0.2.7");
  EXPECT_EQ(identify("192.0.2.7", {"198.51.100.1"}, {"10.0.0.0/8"}), "ip:192.0.2.7");
}

TEST(ClientAddressTest, ATrustedProxyNamesTheClient) {
  EXPECT_EQ(identify("10.1.2.3", {"198.51.100.1"}, {"10.0.0.0/8"}), "ip:198.51.100.1");
  EXPECT_EQ(identify("::1", {"2001:db8:1:2::9"}, {"::1"}), "ip:2001:db8:1:2::/64");
  EXPECT_EQ(identify("::ffff:10.1.2.3", {"198.51.100.1:4711"}, {"10.0.0.0/8"}), "ip:198.51.100.1");
  EXPECT_EQ(identify("10.1.2.3", {"[2001:db8::1]:80"}, {"10.0.0.0/8"}), "ip:2001:db8::/64");
}

TEST(ClientAddressTest, T69OnlyTheRightMostUntrustedEntryCounts) {
  // What the client itself sent is to the left of what proxies added.
  EXPECT_EQ(identify("10.1.2.3", {"203.0.113.5, 198.51.100.1"}, {"10.0.0.0/8"}), "ip:198.51.100.1");
  EXPECT_EQ(identify("10.1.2.3", {"203.0.113.5", "198.51.100.1, 10.9.9.9"}, {"10.0.0.0/8"}),
            "ip:198.51.100.1");
  EXPECT_EQ(identify("10.1.2.3", {"10.4.4.4, 10.5.5.5"}, {"10.0.0.0/8"}), "ip:10.4.4.4");
}

TEST(ClientAddressTest, GarbageEndsTheWalkAtTheLastKnownAddress) {
  EXPECT_EQ(identify("10.1.2.3", {"198.51.100.1, garbage"}, {"10.0.0.0/8"}), "ip:10.1.2.3");
  EXPECT_EQ(identify("10.1.2.3", {"garbage, 10.9.9.9"}, {"10.0.0.0/8"}), "ip:10.9.9.9");
  EXPECT_EQ(identify("10.1.2.3", {",,"}, {"10.0.0.0/8"}), "ip:10.1.2.3");
  EXPECT_EQ(identify("10.1.2.3", {"["}, {"10.0.0.0/8"}), "ip:10.1.2.3");
}

TEST(ClientAddressTest, NetworksMatchByTheirPrefix) {
  auto addresses = ClientAddresses::make({"192.0.2.128/25", "2001:db8::/33", "203.0.113.1"});
  ASSERT_TRUE(addresses);
  EXPECT_TRUE(addresses->is_trusted(ip::make_address("192.0.2.128")));
  EXPECT_FALSE(addresses->is_trusted(ip::make_address("192.0.2.127")));
  EXPECT_TRUE(addresses->is_trusted(ip::make_address("2001:db8:7fff::1")));
  EXPECT_FALSE(addresses->is_trusted(ip::make_address("2001:db8:8000::1")));
  EXPECT_TRUE(addresses->is_trusted(ip::make_address("203.0.113.1")));
  EXPECT_FALSE(addresses->is_trusted(ip::make_address("203.0.113.2")));
  EXPECT_TRUE(ClientAddresses::make({"0.0.0.0/0"})->is_trusted(ip::make_address("8.8.8.8")));
}

TEST(ClientAddressTest, RefusesMalformedNetworks) {
  for (const char* text : {"", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0/8", "::1/129",
                           "proxy.example", "10.0.0.0/8x"}) {
    EXPECT_FALSE(ClientAddresses::make({text})) << text;
  }
}

}  // namespace
}  // namespace glovebox
