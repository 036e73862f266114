#include "outbound/network_address.h"

#include <gtest/gtest.h>

namespace glovebox {
namespace {

std::string_view purpose(std::string_view text) {
  auto address = NetworkAddress::parse(text);
  EXPECT_TRUE(address) << text;
  return address ? special_purpose_of(*address) : "malformed";
}

struct AddressCase {
  const char* address;
  const char* purpose;
};

TEST(NetworkAddressTest, EachClassOfSpecialAddressIsKnownAtItsFirstAndLastAddress) {
  constexpr AddressCase kCases[] = {
      {"0.0.0.0", "unspecified"},
      {"0.255.255.255", "unspecified"},
      {"10.0.0.0", "private"},
      {"10.255.255.255", "private"},
      {"100.64.0.0", "shared by a provider (private)"},
      {"100.100.100.200", "shared by a provider (private)"},
      {"100.127.255.255", "shared by a provider (private)"},
      {"127.0.0.1", "loopback"},
      {"127.255.255.255", "loopback"},
      {"168.63.129.16", "metadata"},
      {"169.254.0.0", "link-local"},
      {"169.254.169.254", "link-local"},
      {"169.254.255.255", "link-local"},
      {"172.16.0.0", "private"},
      {"172.31.255.255", "private"},
      {"192.0.0.192", "reserved"},
      {"192.0.2.1", "documentation"},
      {"192.88.99.1", "6to4 relay"},
      {"192.168.0.0", "private"},
      {"192.168.255.255", "private"},
      {"198.18.0.0", "benchmarking"},
      {"198.19.255.255", "benchmarking"},
      {"198.51.100.7", "documentation"},
      {"203.0.113.7", "documentation"},
      {"224.0.0.1", "multicast"},
      {"239.255.255.255", "multicast"},
      {"240.0.0.0", "reserved"},
      {"255.255.255.255", "reserved"},
      {"::", "unspecified"},
      {"::1", "loopback"},
      {"::ffff:127.0.0.1", "IPv4-mapped"},
      {"::ffff:8.8.8.8", "IPv4-mapped"},
      {"::7f00:1", "IPv4-compatible"},
      {"64:ff9b::127.0.0.1", "NAT64"},
      {"64:ff9b::8.8.8.8", "NAT64"},
      {"64:ff9b:1::a00:1", "NAT64"},
      {"100::1", "discard"},
      {"2001::1", "Teredo"},
      {"2001:20::1", "reserved"},
      {"2001:1ff:ffff::1", "reserved"},
      {"2001:db8::1", "documentation"},
      {"2002:7f00:1::1", "6to4"},
      {"3fff::1", "documentation"},
      {"3fff:fff::1", "documentation"},
      {"5f00::1", "reserved"},
      {"fc00::1", "private"},
      {"fd00:ec2::254", "private"},
      {"fdff:ffff::1", "private"},
      {"fe80::1", "link-local"},
      {"febf::1", "link-local"},
      {"fec0::1", "site-local"},
      {"ff02::1", "multicast"},
      {"1::1", "reserved"},
      {"4000::1", "reserved"},
      {"2a00:1450::5efe:10.0.0.1", "ISATAP"},
      {"2a00:1450::200:5efe:10.0.0.1", "ISATAP"},
  };
  for (const AddressCase& one : kCases) EXPECT_EQ(purpose(one.address), one.purpose) << one.address;
}

TEST(NetworkAddressTest, TheNeighboursOfSpecialNetworksArePublic) {
  for (const char* address : {"1.0.0.0",         "9.255.255.255",
                              "11.0.0.0",        "100.63.255.255",
                              "100.128.0.0",     "126.255.255.255",
                              "128.0.0.0",       "168.63.129.15",
                              "168.63.129.17",   "169.253.255.255",
                              "169.255.0.0",     "172.15.255.255",
                              "172.32.0.0",      "192.0.1.0",
                              "192.167.255.255", "192.169.0.0",
                              "198.17.255.255",  "198.20.0.0",
                              "223.255.255.255", "8.8.8.8",
                              "2001:200::1",     "2001:4860:4860::8888",
                              "2606:4700::1111", "2a00:1450::1",
                              "2003::1"}) {
    EXPECT_EQ(purpose(address), "") << address;
  }
}

TEST(NetworkAddressTest, OnlyPlainNumbersAreAddresses) {
  for (const char* text : {"", "127.1", "0x7f.0.0.1", "2130706433", "127.0.0.1 ", "[::1]",
                           "localhost", "1.2.3.4.5", "::1%lo", "0177.0.0.1"}) {
    EXPECT_FALSE(NetworkAddress::parse(text)) << text;
  }
}

TEST(NetworkTest, ContainsItsAddressesAndNoOtherFamily) {
  Network ten = Network::parse("10.0.0.0/9").value();
  EXPECT_TRUE(ten.contains(*NetworkAddress::parse("10.127.255.255")));
  EXPECT_FALSE(ten.contains(*NetworkAddress::parse("10.128.0.0")));
  EXPECT_FALSE(ten.contains(*NetworkAddress::parse("::ffff:10.0.0.1")));
  EXPECT_TRUE(Network::parse("0.0.0.0/0").value().contains(*NetworkAddress::parse("8.8.8.8")));
  EXPECT_FALSE(Network::parse("0.0.0.0/0").value().contains(*NetworkAddress::parse("::1")));
  Network one = Network::parse("::1").value();
  EXPECT_TRUE(one.contains(*NetworkAddress::parse("::1")));
  EXPECT_FALSE(one.contains(*NetworkAddress::parse("::2")));
}

TEST(NetworkTest, RefusesWhatIsNoNetworkAndSaysWhy) {
  for (const char* text : {"", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.1/8",
                           "fd00::/129", "host/8", "10.0.0.0/8x", "fd00::1/64"}) {
    Result<Network> network = Network::parse(text);
    ASSERT_TRUE(network.has_error()) << text;
    EXPECT_EQ(network.error().kind(), ErrorKind::kValidation);
    EXPECT_NE(network.error().message().find("10.0.0.0/8"), std::string::npos);
  }
}

}  // namespace
}  // namespace glovebox
