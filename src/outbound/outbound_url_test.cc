#include <gtest/gtest.h>

#include "outbound/https_call.h"

namespace glovebox {
namespace {

TEST(OutboundUrlTest, HasItsPartsWithThePortOfItsScheme) {
  UrlParts parts = parse_outbound_url("https://Hooks.Example.com/a/b?c=d").value();
  EXPECT_EQ(parts.host, "hooks.example.com");
  EXPECT_EQ(parts.origin(), "https://hooks.example.com:443");
  EXPECT_EQ(parse_outbound_url("http://[2001:db8::1]:81/").value().origin(),
            "http://[2001:db8::1]:81");
}

TEST(OutboundUrlTest, ReadsEveryWayToWriteAnAddressAsTheAddress) {
  for (const char* url :
       {"https://127.1/", "https://0x7f.0.0.1/", "https://2130706433/", "https://0177.0.0.1/",
        "https://127.0.0.1:443/", "https://%3127.0.0.1/"}) {
    EXPECT_EQ(parse_outbound_url(url).value().host, "127.0.0.1") << url;
  }
}

TEST(OutboundUrlTest, RefusesWhatIsNoPlainHttpUrl) {
  for (const char* url :
       {"", "hooks.example.com", "ftp://example.com/", "file:///etc/passwd",
        "gopher://example.com/", "https://", "https://user@example.com/",
        "https://u:p@example.com/", "https://example.com/#part", "https://example.com/a b",
        "https://exa\x01mple.com/", "https://ex\xc3\xa4mple.com/", "https://[fe80::1%25eth0]/",
        "https://example.com:0/", "https://example.com:99999/", "https://exam\\ple.com/"}) {
    Result<UrlParts> parts = parse_outbound_url(url);
    ASSERT_TRUE(parts.has_error()) << url;
    EXPECT_EQ(parts.error().kind(), ErrorKind::kValidation) << url;
  }
  EXPECT_TRUE(parse_outbound_url("https://a/" + std::string(2048 - 10, 'x')).has_value());
  EXPECT_TRUE(parse_outbound_url("https://a/" + std::string(2049 - 10, 'x')).has_error());
}

std::vector<NetworkAddress> addresses(std::initializer_list<const char*> texts) {
  std::vector<NetworkAddress> parsed;
  for (const char* text : texts) parsed.push_back(*NetworkAddress::parse(text));
  return parsed;
}

bool is_permitted(const char* url, std::initializer_list<const char*> found,
                  const SenderOptions& options = {}) {
  return check_addresses(parse_outbound_url(url).value(), addresses(found), options).has_value();
}

TEST(OutboundAddressesTest, EveryAddressOfTheNameMustBePublic) {
  EXPECT_TRUE(is_permitted("https://a/", {"8.8.8.8", "2a00:1450::1"}));
  EXPECT_FALSE(is_permitted("https://a/", {"8.8.8.8", "127.0.0.1"}));
  EXPECT_FALSE(is_permitted("https://a/", {"::ffff:8.8.8.8"}));
}

TEST(OutboundAddressesTest, HttpIsForAllowedNetworksAlone) {
  SenderOptions options;
  options.allow_networks = {Network::parse("10.1.0.0/16").value()};
  EXPECT_FALSE(is_permitted("http://a/", {"8.8.8.8"}, options));
  EXPECT_TRUE(is_permitted("http://a/", {"10.1.2.3"}, options));
  EXPECT_TRUE(is_permitted("https://a/", {"10.1.2.3", "8.8.8.8"}, options));
  EXPECT_FALSE(is_permitted("http://a/", {"10.1.2.3", "8.8.8.8"}, options));
  EXPECT_FALSE(is_permitted("https://a/", {"10.2.0.1"}, options));
}

TEST(OutboundAddressesTest, ATrustedOriginIsPermittedWhereverItIsButNoOtherPort) {
  SenderOptions options;
  options.trusted_origins = {"http://idp.internal:9000"};
  EXPECT_TRUE(is_permitted("http://idp.internal:9000/token", {"127.0.0.1"}, options));
  EXPECT_FALSE(is_permitted("http://idp.internal:9001/token", {"127.0.0.1"}, options));
  EXPECT_FALSE(is_permitted("https://idp.internal:9000/", {"127.0.0.1"}, options));
}

}  // namespace
}  // namespace glovebox
