#include "outbound/host_lookup.h"

#include <gtest/gtest.h>

namespace glovebox {
namespace {

TEST(HostsFileTest, HasNamesInAnyCaseWithAllTheirAddresses) {
  HostNames names = parse_hosts_file(
      "127.0.0.1\tlocalhost  Box.Local # comment other\n"
      "# 1.2.3.4 hidden\n"
      "::1 localhost\n"
      "not-an-address name\n"
      "10.0.0.7 db");
  EXPECT_EQ(names.size(), 3u);
  EXPECT_EQ(names["localhost"].size(), 2u);
  EXPECT_EQ(names["box.local"].front().text(), "127.0.0.1");
  EXPECT_EQ(names["db"].front().text(), "10.0.0.7");
}

TEST(HostLookupTest, AsksTheHostsFileWithoutDns) {
  auto hosts = std::make_shared<const HostNames>(parse_hosts_file("10.0.0.7 db"));
  HostLookup lookup = HostLookup::prepare("127.0.0.1:1", hosts).value();
  auto found = lookup.find("DB", std::chrono::steady_clock::now()).value();
  EXPECT_EQ(found.front().text(), "10.0.0.7");
}

TEST(HostLookupTest, EndsAtItsDeadlineWhereNobodyAnswers) {
  HostLookup lookup = HostLookup::prepare("127.0.0.1:1", std::make_shared<HostNames>()).value();
  auto begin = std::chrono::steady_clock::now();
  auto found = lookup.find("example.invalid.", begin + std::chrono::milliseconds(200));
  ASSERT_TRUE(found.has_error());
  EXPECT_EQ(found.error().kind(), ErrorKind::kUser);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(2));
}

TEST(HostLookupTest, RefusesAMalformedServer) {
  auto lookup = HostLookup::prepare("not a server", std::make_shared<HostNames>());
  ASSERT_TRUE(lookup.has_error());
  EXPECT_EQ(lookup.error().kind(), ErrorKind::kValidation);
}

}  // namespace
}  // namespace glovebox
