#include "http/routes/conditional.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

namespace glovebox {
namespace {

constexpr std::string_view kTag = "\"a-1\"";

RequestHead request(std::vector<HeaderField> fields, std::string method = "GET") {
  RequestHead head;
  head.method = std::move(method);
  head.fields = std::move(fields);
  return head;
}

HttpResponse ten_bytes() {
  HttpResponse whole;
  whole.body = "0123456789";
  return whole;
}

std::string field(const HttpResponse& response, std::string_view name) {
  for (const HeaderField& one : response.fields) {
    if (one.name == name) return one.value;
  }
  return "";
}

HttpResponse answer(std::vector<HeaderField> fields, std::string method = "GET") {
  return select(request(std::move(fields), std::move(method)), kTag, ten_bytes()).value();
}

TEST(ConditionalTest, TheWholeHasItsTagAndAcceptsRanges) {
  HttpResponse whole = answer({});
  EXPECT_EQ(whole.status, 200);
  EXPECT_EQ(whole.body, "0123456789");
  EXPECT_EQ(field(whole, "ETag"), kTag);
  EXPECT_EQ(field(whole, "Accept-Ranges"), "bytes");
}

TEST(ConditionalTest, APartHasTheRequestedBytes) {
  struct Case {
    const char* range;
    const char* body;
    const char* content_range;
  };
  for (const Case& one : {
           Case{"bytes=0-3", "0123", "bytes 0-3/10"},
           Case{"bytes=4-", "456789", "bytes 4-9/10"},
           Case{"bytes=-3", "789", "bytes 7-9/10"},
           Case{"bytes=-100", "0123456789", "bytes 0-9/10"},
           Case{"Bytes=8-99999999999999999999999", "89", "bytes 8-9/10"},
           Case{"bytes=9-9", "9", "bytes 9-9/10"},
       }) {
    HttpResponse part = answer({{"Range", one.range}});
    EXPECT_EQ(part.status, 206) << one.range;
    EXPECT_EQ(part.body, one.body) << one.range;
    EXPECT_EQ(field(part, "Content-Range"), one.content_range) << one.range;
    EXPECT_EQ(field(part, "ETag"), kTag);
  }
}

TEST(ConditionalTest, AnUnsupportedRangeIsIgnored) {
  for (const char* range : {"lines=0-3", "bytes=", "bytes=-", "bytes=a-b", "bytes=3-1", "bytes=1-x",
                            "bytes=0-1,3-4", "0-3", "bytes=+1-2", "bytes=1", "bytes=x-3"}) {
    EXPECT_EQ(answer({{"Range", range}}).status, 200) << range;
  }
  EXPECT_EQ(answer({{"Range", "bytes=0-3"}}, "HEAD").status, 200);
}

TEST(ConditionalTest, ARangeAfterTheEndIsNotSatisfiable) {
  for (const char* range :
       {"bytes=10-", "bytes=10-20", "bytes=-0", "bytes=99999999999999999999-"}) {
    auto refused = select(request({{"Range", range}}), kTag, ten_bytes());
    ASSERT_FALSE(refused) << range;
    EXPECT_EQ(refused.error().kind(), ErrorKind::kRangeNotSatisfiable);
    HttpResponse response = error_response(refused.error(), "req_1");
    EXPECT_EQ(response.status, 416);
    EXPECT_EQ(field(response, "Content-Range"), "bytes */10");
  }
  EXPECT_FALSE(select(request({{"Range", "bytes=0-"}}), kTag, HttpResponse()));
}

TEST(ConditionalTest, AFileIsCutByItsOffset) {
  HttpResponse whole;
  whole.file = UniqueFd(::memfd_create("test", MFD_CLOEXEC));
  whole.file_bytes = 10;
  auto part = select(request({{"Range", "bytes=4-6"}}), kTag, std::move(whole));
  ASSERT_TRUE(part);
  EXPECT_EQ(part->file_offset, 4u);
  EXPECT_EQ(part->content_length(), 3u);
}

TEST(ConditionalTest, AMatchingTagIsNotModified) {
  for (const char* tag : {"\"a-1\"", "W/\"a-1\"", "\"b\", \"a-1\"", "*"}) {
    HttpResponse response = answer({{"If-None-Match", tag}, {"Range", "bytes=0-3"}});
    EXPECT_EQ(response.status, 304) << tag;
    EXPECT_EQ(response.body, "");
    EXPECT_EQ(field(response, "ETag"), kTag);
  }
  EXPECT_EQ(answer({{"If-None-Match", "\"b\""}}).status, 200);
}

TEST(ConditionalTest, ARangeOfOtherContentReturnsTheWhole) {
  std::string tag(kTag);
  EXPECT_EQ(answer({{"Range", "bytes=0-3"}, {"If-Range", tag}}).status, 206);
  for (const char* other : {"\"b\"", "W/\"a-1\"", "Sat, 28 Nov 2026 07:00:00 GMT"}) {
    EXPECT_EQ(answer({{"Range", "bytes=0-3"}, {"If-Range", other}}).status, 200) << other;
  }
}

TEST(ConditionalTest, IfMatchRequiresTheSameTag) {
  EXPECT_EQ(answer({{"If-Match", "\"a-1\""}}).status, 200);
  EXPECT_EQ(answer({{"If-Match", "*"}}).status, 200);
  for (const char* tag : {"\"b\"", "W/\"a-1\""}) {
    auto refused = select(request({{"If-Match", tag}}), kTag, ten_bytes());
    ASSERT_FALSE(refused) << tag;
    EXPECT_EQ(http_status(refused.error().kind()), 412);
  }
}

}  // namespace
}  // namespace glovebox
