#include "mcp/message.h"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

namespace glovebox {
namespace {

namespace json = boost::json;

int code_of(std::string_view text, json::value* id = nullptr) {
  json::value own;
  auto parsed = parse_mcp_message(text, id != nullptr ? *id : own);
  return parsed.has_error() ? parsed.error().code : 0;
}

TEST(McpMessageTest, RequestsAndNotificationsAreRead) {
  json::value id;
  auto request = parse_mcp_message(
      R"({"jsonrpc": "2.0", "id": "a", "method": "m", "params": {"_meta": {"k": 1}}})", id);
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->id, "a");
  EXPECT_EQ(request->method, "m");
  EXPECT_EQ(request->meta().at("k"), 1);
  EXPECT_FALSE(request->is_notification());
  json::value none;
  auto notification = parse_mcp_message(R"({"jsonrpc": "2.0", "method": "n"})", none);
  ASSERT_TRUE(notification.has_value());
  EXPECT_TRUE(notification->is_notification());
  EXPECT_TRUE(notification->meta().empty());
}

TEST(McpMessageTest, WhatIsNoMessageHasItsCode) {
  EXPECT_EQ(code_of("{"), kMcpParseError);
  EXPECT_EQ(code_of(R"({"jsonrpc": "2.0", "id": 1, "id": 1, "method": "m"})"), kMcpParseError);
  EXPECT_EQ(code_of("[]"), kMcpInvalidRequest);
  EXPECT_EQ(code_of("1"), kMcpInvalidRequest);
  EXPECT_EQ(code_of(R"({"id": 1, "method": "m"})"), kMcpInvalidRequest);
  EXPECT_EQ(code_of(R"({"jsonrpc": "2.0", "id": 1, "result": {}})"), kMcpInvalidRequest);
  EXPECT_EQ(code_of(R"({"jsonrpc": "2.0", "id": null, "method": "m"})"), kMcpInvalidRequest);
  EXPECT_EQ(code_of(R"({"jsonrpc": "2.0", "id": 1.5, "method": "m"})"), kMcpInvalidRequest);
  EXPECT_EQ(code_of(R"({"jsonrpc": "2.0", "id": 1, "method": "m", "params": []})"),
            kMcpInvalidRequest);
}

TEST(McpMessageTest, TheAnswerToAWrongRequestCarriesItsId) {
  json::value id;
  EXPECT_EQ(code_of(R"({"jsonrpc": "2.0", "id": 7})", &id), kMcpInvalidRequest);
  EXPECT_EQ(id, 7);
  McpFault fault{kMcpInvalidRequest, "no", {}, 400};
  EXPECT_EQ(json::serialize(mcp_error(id, fault)),
            R"({"jsonrpc":"2.0","id":7,"error":{"code":-32600,"message":"no"}})");
  EXPECT_FALSE(mcp_error(json::value(), fault).contains("id"));
}

TEST(McpMessageTest, TextIsOneLineOfValidUtf8) {
  json::object message{{"text", "a\nb\xff"}};
  EXPECT_EQ(mcp_text(message), "{\"text\":\"a\\nb\xef\xbf\xbd\"}");
}

}  // namespace
}  // namespace glovebox
