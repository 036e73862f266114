#include "http/routes/json_body.h"

#include <gtest/gtest.h>
#include <boost/json/serialize.hpp>

#include "http/routes/execute_body.h"

namespace glovebox {
namespace {

void expect_refused(std::string_view text, std::string_view why = {}) {
  auto object = parse_json_object(text);
  ASSERT_FALSE(object) << text;
  EXPECT_EQ(object.error().kind(), ErrorKind::kValidation);
  EXPECT_NE(object.error().message().find(why), std::string::npos) << object.error().message();
}

TEST(JsonBodyTest, ReadsAnObject) {
  auto object = parse_json_object(R"( {"a": [1, -2.5e3, "\u00e9é", {"a": null}]} )");
  ASSERT_TRUE(object) << object.error().message();
  EXPECT_EQ(boost::json::serialize(*object), R"({"a":[1,-2.5E3,"éé",{"a":null}]})");
}

TEST(JsonBodyTest, RefusesAnythingButAnObject) {
  expect_refused("", "incomplete");
  expect_refused("[]", "must be a JSON object");
  expect_refused("1");
  expect_refused("{} {}");
  expect_refused("{'a': 1}");
  expect_refused("{\"a\": 1,}");
  expect_refused("{\"a\": NaN}");
  expect_refused("// no\n{}");
}

TEST(JsonBodyTest, T67RefusesDuplicateKeysAtEveryDepth) {
  expect_refused(R"({"a": 1, "a": 2})", "\"a\" appears twice");
  expect_refused(R"({"b": {"a": 1, "\u0061": 2}})", "\"a\" appears twice");
  EXPECT_TRUE(parse_json_object(R"({"a": {"a": [{"a": 1}, {"a": 2}]}})"));
}

TEST(JsonBodyTest, T67RefusesNumbersBeyondADouble) {
  expect_refused("{\"a\": 1e400}", "too large");
  expect_refused("{\"a\": -1e400}", "too large");
  EXPECT_TRUE(parse_json_object("{\"a\": 1e300}"));
}

TEST(JsonBodyTest, T67RefusesDepthWithoutUsingTheStack) {
  std::string deep(100'000, '[');
  expect_refused("{\"a\": " + deep, "deep");
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  expect_refused(objects, "deep");
  std::string at_limit =
      "{\"a\":" + std::string(kJsonDepth - 1, '[') + std::string(kJsonDepth - 1, ']') + "}";
  EXPECT_TRUE(parse_json_object(at_limit));
}

TEST(JsonBodyTest, RefusesInvalidUtf8) {
  expect_refused("{\"a\": \"\xff\"}");
  expect_refused("{\"a\": \"\xc0\xaf\"}");
  expect_refused("{\"a\": \"\xed\xa0\x80\"}");
  expect_refused("{\"a\": \"\\ud800\"}");
}

TEST(JsonBodyTest, BoundsTheKeysOfOneObject) {
  auto keys = [](std::size_t count) {
    std::string text = "{\"k\":0";
    for (std::size_t i = 1; i < count; ++i) text += ",\"" + std::to_string(i) + "\":0";
    return text + "}";
  };
  EXPECT_TRUE(parse_json_object(keys(kJsonKeys)));
  expect_refused(keys(kJsonKeys + 1));
}

TEST(ExecuteBodyTest, ReadsAllFields) {
  auto body = parse_execute_body(R"({"toolId": "t", "projectId": "p", "parameters": {"x": true},
                                     "stdin": "in", "timeoutMs": 1500, "stream": true})");
  ASSERT_TRUE(body) << body.error().message();
  EXPECT_EQ(body->request.tool_id.str(), "t");
  EXPECT_EQ(body->request.project_id.str(), "p");
  EXPECT_TRUE(body->request.parameters.at("x").as_bool());
  EXPECT_EQ(body->request.stdin_text, "in");
  EXPECT_EQ(body->request.timeout, std::chrono::milliseconds(1500));
  EXPECT_TRUE(body->stream);
}

TEST(ExecuteBodyTest, NeedsOnlyToolAndProject) {
  auto body = parse_execute_body(R"({"toolId": "t", "projectId": "p"})");
  ASSERT_TRUE(body);
  EXPECT_FALSE(body->request.timeout);
  EXPECT_FALSE(body->stream);
}

TEST(ExecuteBodyTest, NamesTheFieldThatIsWrong) {
  struct Case {
    const char* text;
    const char* field;
  };
  for (const Case& c : {
           Case{R"({"projectId": "p"})", "toolId"},
           Case{R"({"toolId": "", "projectId": "p"})", "toolId"},
           Case{R"({"toolId": 1, "projectId": "p"})", "toolId"},
           Case{R"({"toolId": "t"})", "projectId"},
           Case{R"({"toolId": "t", "projectId": "p", "parameters": []})", "parameters"},
           Case{R"({"toolId": "t", "projectId": "p", "stdin": 5})", "stdin"},
           Case{R"({"toolId": "t", "projectId": "p", "timeoutMs": "5"})", "timeoutMs"},
           Case{R"({"toolId": "t", "projectId": "p", "timeoutMs": 0})", "timeoutMs"},
           Case{R"({"toolId": "t", "projectId": "p", "timeoutMs": 1.5})", "timeoutMs"},
           Case{R"({"toolId": "t", "projectId": "p", "timeoutMs": 86400001})", "timeoutMs"},
           Case{R"({"toolId": "t", "projectId": "p", "stream": "yes"})", "stream"},
           Case{R"({"toolId": "t", "projectId": "p", "command": "rm"})", "command"},
       }) {
    auto body = parse_execute_body(c.text);
    ASSERT_FALSE(body) << c.text;
    EXPECT_EQ(body.error().kind(), ErrorKind::kValidation);
    EXPECT_EQ(body.error().details().at("field").as_string(), c.field) << c.text;
  }
}

}  // namespace
}  // namespace glovebox
