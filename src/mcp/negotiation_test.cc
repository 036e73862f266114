#include "mcp/negotiation.h"

#include <gtest/gtest.h>

#include "mcp/base64.h"

namespace glovebox {
namespace {

namespace json = boost::json;

McpMessage message_of(std::string method, json::object params = {}) {
  McpMessage message;
  message.id = 1;
  message.method = std::move(method);
  message.params = std::move(params);
  return message;
}

McpMessage modern(std::string method, std::string_view version = "2026-07-28") {
  json::object meta;
  meta["io.modelcontextprotocol/protocolVersion"] = version;
  meta["io.modelcontextprotocol/clientCapabilities"] =
      json::object{{"extensions", json::object{{"a/b", json::object()}}}};
  json::object params;
  params["name"] = "tool";
  params["_meta"] = std::move(meta);
  return message_of(std::move(method), std::move(params));
}

McpHeaders headers(std::string version, std::string method, std::string name) {
  McpHeaders made;
  made.version = std::move(version);
  made.method = std::move(method);
  if (!name.empty()) made.name = std::move(name);
  return made;
}

int code_of(const McpResult<McpRevision>& negotiated) {
  return negotiated.has_error() ? negotiated.error().code : 0;
}

TEST(NegotiationTest, MetaWithAVersionIsTheStatelessRevision) {
  auto found =
      negotiate_over_http(modern("tools/call"), headers("2026-07-28", "tools/call", "tool"));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(*found, McpRevision::k20260728);
  auto listed = negotiate_over_http(modern("tools/list"), headers("2026-07-28", "tools/list", ""));
  EXPECT_TRUE(listed.has_value());
}

TEST(NegotiationTest, EachHeaderIsHeldAgainstTheBody) {
  McpMessage call = modern("tools/call");
  EXPECT_EQ(code_of(negotiate_over_http(call, headers("2025-11-25", "tools/call", "tool"))),
            kMcpHeaderMismatch);
  EXPECT_EQ(code_of(negotiate_over_http(call, headers("2026-07-28", "tools/list", "tool"))),
            kMcpHeaderMismatch);
  EXPECT_EQ(code_of(negotiate_over_http(call, headers("2026-07-28", "tools/call", "other"))),
            kMcpHeaderMismatch);
  EXPECT_EQ(code_of(negotiate_over_http(call, headers("2026-07-28", "tools/call", ""))),
            kMcpHeaderMismatch);
  EXPECT_EQ(code_of(negotiate_over_http(call, McpHeaders())), kMcpHeaderMismatch);
  std::string encoded = "=?base64?" + to_base64("tool") + "?=";
  EXPECT_EQ(code_of(negotiate_over_http(call, headers("2026-07-28", "tools/call", encoded))), 0);
  EXPECT_EQ(code_of(negotiate_over_http(call, headers("2026-07-28", "tools/call", "=?base64?x?="))),
            kMcpHeaderMismatch);
}

TEST(NegotiationTest, VersionsThatThereAreNotGetTheListOfThoseThatThereAre) {
  auto refused = negotiate_over_http(modern("tools/list", "2025-06-18"),
                                     headers("2025-06-18", "tools/list", ""));
  ASSERT_EQ(code_of(refused), kMcpUnsupportedVersion);
  EXPECT_EQ(refused.error().data.at("requested"), "2025-06-18");
  EXPECT_EQ(refused.error().http_status, 400);
  McpHeaders old;
  old.version = "2025-03-26";
  EXPECT_EQ(code_of(negotiate_over_http(message_of("tools/list"), old)), kMcpUnsupportedVersion);
  EXPECT_EQ(code_of(negotiate_over_http(message_of("tools/list"), McpHeaders())),
            kMcpHeaderMismatch);
}

TEST(NegotiationTest, TheRevisionWithInitializeIsToldByItOrByTheHeader) {
  auto begun = negotiate_over_http(message_of("initialize"), McpHeaders());
  ASSERT_TRUE(begun.has_value());
  EXPECT_EQ(*begun, McpRevision::k20251125);
  McpHeaders header;
  header.version = "2025-11-25";
  EXPECT_TRUE(negotiate_over_http(message_of("tools/list"), header).has_value());
}

TEST(NegotiationTest, MetaMustBeWhole) {
  McpMessage message = modern("tools/list");
  message.params["_meta"].as_object().erase("io.modelcontextprotocol/clientCapabilities");
  EXPECT_EQ(code_of(negotiate_over_http(message, headers("2026-07-28", "tools/list", ""))),
            kMcpInvalidParams);
  McpMessage without = message_of("tools/list");
  EXPECT_EQ(code_of(negotiate_over_http(without, headers("2026-07-28", "tools/list", ""))),
            kMcpInvalidParams);
}

TEST(NegotiationTest, OnPipesInitializeComesFirst) {
  EXPECT_EQ(code_of(negotiate_on_stdio(message_of("tools/list"), false)), kMcpInvalidParams);
  EXPECT_EQ(code_of(negotiate_on_stdio(message_of("tools/list"), true)), 0);
  EXPECT_EQ(code_of(negotiate_on_stdio(modern("tools/list"), false)), 0);
  EXPECT_EQ(code_of(negotiate_on_stdio(modern("tools/list", "1999-01-01"), true)),
            kMcpUnsupportedVersion);
}

TEST(NegotiationTest, OlderProposalsAreRefusedAndNewerOnesGetOurs) {
  for (const char* version : {"2024-11-05", "2025-06-18"}) {
    json::object params{{"protocolVersion", version}};
    EXPECT_TRUE(check_proposed_version(message_of("initialize", params)).has_error()) << version;
  }
  for (const char* version : {"2025-11-25", "2026-07-28", "9999-01-01", "words"}) {
    json::object params{{"protocolVersion", version}};
    EXPECT_TRUE(check_proposed_version(message_of("initialize", params)).has_value()) << version;
  }
  EXPECT_TRUE(check_proposed_version(message_of("initialize")).has_error());
}

TEST(NegotiationTest, ExtensionsAreThoseOfTheRequest) {
  EXPECT_TRUE(declares_extension(modern("tools/call"), "a/b"));
  EXPECT_FALSE(declares_extension(modern("tools/call"), "a/c"));
  EXPECT_FALSE(declares_extension(message_of("tools/call"), "a/b"));
}

TEST(NegotiationTest, Base64GoesThereAndBack) {
  for (std::string_view text : {"", "a", "ab", "abc", "abcd"}) {
    EXPECT_EQ(from_base64(to_base64(text)), text);
  }
  EXPECT_EQ(to_base64("ab"), "YWI=");
  EXPECT_FALSE(from_base64("abc").has_value());
  EXPECT_FALSE(from_base64("a*==").has_value());
}

}  // namespace
}  // namespace glovebox
