#include "http/policy/host_policy.h"

#include <gtest/gtest.h>

namespace glovebox {
namespace {

HostOptions loopback() {
  return {};
}

HostOptions beyond_loopback() {
  HostOptions options;
  options.bound_to_loopback = false;
  return options;
}

// Null origin: no such field.
Result<void> check(const HostOptions& options, const char* host, const char* origin = nullptr) {
  auto policy = HostPolicy::make(options);
  RequestHead head;
  head.fields.push_back({"Host", host});
  if (origin != nullptr) head.fields.push_back({"Origin", origin});
  return policy.value().check(head, "");
}

void expect_foreign(const HostOptions& options, const char* host, const char* origin = nullptr) {
  auto verdict = check(options, host, origin);
  ASSERT_FALSE(verdict) << host;
  EXPECT_EQ(verdict.error().kind(), ErrorKind::kForbidden) << verdict.error().message();
}

TEST(HostPolicyTest, LoopbackAcceptsItsOwnNamesOnAnyPort) {
  for (const char* host : {"localhost", "localhost:8080", "LOCALHOST:1", "127.0.0.1:8080", "[::1]",
                           "[::1]:8080", "localhost."}) {
    EXPECT_TRUE(check(loopback(), host)) << host;
  }
}

TEST(HostPolicyTest, T73LoopbackRefusesForeignHosts) {
  for (const char* host : {"evil.example", "evil.example:8080", "localhost.evil.example",
                           "127.0.0.1.evil.example", "192.0.2.1", "[::2]", "0.0.0.0"}) {
    expect_foreign(loopback(), host);
  }
}

TEST(HostPolicyTest, MalformedHostsAreRefused) {
  for (const char* host :
       {"", "a b", "localhost:", "localhost:0", "localhost:99999", "localhost:+8", "user@localhost",
        "localhost/x", "[::1", "::1", "localhost:80:80", "[]", "localhost,localhost"}) {
    auto verdict = check(loopback(), host);
    ASSERT_FALSE(verdict) << host;
    EXPECT_EQ(verdict.error().kind(), ErrorKind::kValidation) << host;
  }
}

TEST(HostPolicyTest, WithoutAHostOnlyTheOriginDecides) {
  HostOptions options = loopback();
  options.allowed_hosts = {"box.example"};
  options.public_url = "https://glovebox.example";
  auto policy = HostPolicy::make(options);
  RequestHead head;
  EXPECT_TRUE(policy.value().check(head, ""));
  EXPECT_FALSE(policy.value().check(head, "evil.example"));
  for (const char* origin : {"http://evil.example", "null", "http://box.example", "http://"}) {
    head.fields = {{"Origin", origin}};
    EXPECT_FALSE(policy.value().check(head, "")) << origin;
  }
  head.fields = {{"Origin", "https://glovebox.example"}};
  EXPECT_TRUE(policy.value().check(head, ""));
}

TEST(HostPolicyTest, AllowedHostsAreAdded) {
  HostOptions options = loopback();
  options.allowed_hosts = {"box.example", "other.example:81"};
  EXPECT_TRUE(check(options, "box.example:9999"));
  EXPECT_TRUE(check(options, "other.example:81"));
  expect_foreign(options, "other.example:82");
  EXPECT_TRUE(check(options, "localhost"));
}

TEST(HostPolicyTest, BeyondLoopbackEveryHostUnlessSomeAreNamed) {
  HostOptions options = beyond_loopback();
  EXPECT_TRUE(check(options, "anything.example"));
  options.allowed_hosts = {"box.example"};
  EXPECT_TRUE(check(options, "box.example"));
  expect_foreign(options, "anything.example");
  expect_foreign(options, "localhost");
}

TEST(HostPolicyTest, T73OriginsMustBeTheHostsOwn) {
  EXPECT_TRUE(check(loopback(), "localhost:8080", "http://localhost:8080"));
  EXPECT_TRUE(check(loopback(), "localhost", "http://localhost:80"));
  EXPECT_TRUE(check(beyond_loopback(), "box.example", "https://box.example"));
  for (const char* origin :
       {"http://evil.example", "http://localhost:8081", "http://localhost", "http://127.0.0.1:8080",
        "null", "", "localhost:8080", "http://localhost:8080/",
        "http://localhost:8080.evil.example", "ftp://localhost:8080"}) {
    expect_foreign(loopback(), "localhost:8080", origin);
  }
}

TEST(HostPolicyTest, ThePublicUrlIsAHostAndAnOrigin) {
  HostOptions options = loopback();
  options.public_url = "https://box.example/glovebox";
  EXPECT_TRUE(check(options, "box.example"));
  EXPECT_TRUE(check(options, "box.example:443"));
  expect_foreign(options, "box.example:8443");
  // A proxy may rewrite Host.
  EXPECT_TRUE(check(options, "127.0.0.1:8080", "https://box.example"));
  expect_foreign(options, "127.0.0.1:8080", "http://box.example");
}

TEST(HostPolicyTest, TheAuthorityOfTheTargetCountsInsteadOfHost) {
  auto policy = HostPolicy::make(loopback());
  RequestHead head;
  head.fields.push_back({"Host", "localhost"});
  EXPECT_FALSE(policy->check(head, "evil.example"));
  EXPECT_TRUE(policy->check(head, "127.0.0.1:80"));
}

TEST(HostPolicyTest, MalformedOptionsAreRefused) {
  HostOptions options = loopback();
  options.allowed_hosts = {"http://box.example"};
  EXPECT_FALSE(HostPolicy::make(options));
  options = loopback();
  for (const char* url : {"box.example", "ftp://box.example", "https://", "x", "://"}) {
    options.public_url = url;
    EXPECT_FALSE(HostPolicy::make(options)) << url;
  }
}

}  // namespace
}  // namespace glovebox
