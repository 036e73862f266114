#include "http/wire/response.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include "http/wire/field_parameters.h"
#include "http/wire/utf8.h"

namespace glovebox {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ResponseTest, EveryResponseHasTheCommonFields) {
  std::string head = serialize_head(json_response(200, {{"a", 1}}), {"req_1", true});
  EXPECT_THAT(head, testing::StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(head, testing::EndsWith("\r\n\r\n"));
  for (const char* field :
       {"X-Request-Id: req_1\r\n", "Connection: keep-alive\r\n", "Content-Length: 7\r\n",
        "Content-Type: application/json\r\n", "X-Content-Type-Options: nosniff\r\n",
        "Cache-Control: no-store\r\n", "Content-Security-Policy: default-src 'none'", "Date: "}) {
    EXPECT_THAT(head, HasSubstr(field));
  }
}

TEST(ResponseTest, NoContentHasNoLength) {
  HttpResponse response;
  response.status = 204;
  EXPECT_THAT(serialize_head(response, {"r", false}), Not(HasSubstr("Content-Length")));
}

TEST(ResponseTest, T75ValuesCannotStartANewLine) {
  HttpResponse response;
  response.fields.push_back({"Location", "/a\r\nSet-Cookie: x\x1b[31m"});
  EXPECT_THAT(serialize_head(response, {"r", true}), HasSubstr("Location: /a  Set-Cookie: x [31m"));
}

TEST(ResponseTest, InternalErrorsContainOnlyTheRequestId) {
  HttpResponse response = error_response(internal_error("/etc/secret is broken"), "req_7");
  EXPECT_EQ(response.status, 500);
  EXPECT_THAT(response.body, HasSubstr("req_7"));
  EXPECT_THAT(response.body, Not(HasSubstr("secret")));
}

TEST(ResponseTest, ErrorsAreAlwaysValidUtf8) {
  HttpResponse response = error_response(not_found("no tool \"\xff\x1b\""), "r");
  auto body = boost::json::parse(response.body);
  EXPECT_EQ(body.at("error").at("message").as_string(), "no tool \"\xef\xbf\xbd\x1b\"");
}

TEST(ResponseTest, EveryTemporaryRefusalHasRetryAfter) {
  auto retry_after = [](const Error& error) {
    for (const HeaderField& field : error_response(error, "r").fields) {
      if (field.name == "Retry-After") return field.value;
    }
    return std::string();
  };
  EXPECT_EQ(
      retry_after(Error(ErrorKind::kRateLimit, "x").with_retry_after(std::chrono::seconds(9))),
      "9");
  EXPECT_NE(retry_after(Error(ErrorKind::kQueueFull, "x")), "");
  EXPECT_EQ(retry_after(not_found("x")), "");
}

TEST(Utf8Test, ReplacesOnlyInvalidBytes) {
  EXPECT_EQ(with_valid_utf8("aé€😀"), "aé€😀");
  EXPECT_EQ(with_valid_utf8("a\xc3"), "a\xef\xbf\xbd");
  EXPECT_EQ(with_valid_utf8("\xc0\xaf"), "\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(with_valid_utf8("\xed\xa0\x80z"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz");
  EXPECT_EQ(with_valid_utf8("\xf4\x90\x80\x80"),
            "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(FieldParametersTest, ReadsValuesWithAndWithoutQuotes) {
  auto parsed =
      parse_field_parameters(" form-data ; name=\"a;b\\\"c\\\\\" ;filename=\"C:\\x\"; z=1");
  ASSERT_TRUE(parsed) << parsed.error().message();
  EXPECT_EQ(parsed->value, "form-data");
  EXPECT_EQ(*parsed->find("NAME"), "a;b\"c\\");
  EXPECT_EQ(*parsed->find("filename"), "C:\\x");
  EXPECT_EQ(*parsed->find("z"), "1");
  EXPECT_EQ(parsed->find("absent"), nullptr);
}

TEST(FieldParametersTest, RefusesBrokenForms) {
  std::string many = "a";
  for (int i = 0; i < 17; ++i) many += "; p" + std::to_string(i) + "=1";
  for (const std::string& text :
       {std::string("a; b"), std::string("a; =b"), std::string("a; b=\"c"),
        std::string("a; b=\"c\"d"), std::string("a; b=1; B=2"), many}) {
    EXPECT_FALSE(parse_field_parameters(text)) << text;
  }
}

}  // namespace
}  // namespace glovebox
