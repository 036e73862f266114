#include "http/wire/message_parser.h"

#include <gtest/gtest.h>

namespace glovebox {
namespace {

std::string head_with(std::string_view fields) {
  return "POST /a?b HTTP/1.1\r\nHost: h\r\n" + std::string(fields) + "\r\n";
}

// The decoded body and how many of `bytes` it used.
struct Decoded {
  std::string body;
  std::size_t consumed = 0;
  bool done = false;
};

Result<Decoded> decode(std::string_view head, std::string_view bytes, std::size_t piece,
                       std::size_t room) {
  MessageParser parser;
  GB_TRY(RequestHead parsed, parser.parse_head(head));
  Decoded result;
  std::string output(room, '\0');
  for (std::size_t end = std::min(piece, bytes.size()); !parser.body_done();) {
    std::string_view input = bytes.substr(result.consumed, end - result.consumed);
    GB_TRY(auto step, parser.decode(input, output.data(), output.size()));
    result.consumed += step.consumed;
    result.body.append(output, 0, step.produced);
    if (step.consumed > 0 || step.produced > 0) continue;
    if (end == bytes.size()) break;
    end = std::min(end + piece, bytes.size());
  }
  result.done = parser.body_done();
  return result;
}

TEST(MessageParserTest, ReadsTheHead) {
  MessageParser parser;
  auto head = parser.parse_head(head_with("Content-Length: 3\r\nX-Two: a\r\nx-two:  b \r\n"));
  ASSERT_TRUE(head) << head.error().message();
  EXPECT_EQ(head->method, "POST");
  EXPECT_EQ(head->target, "/a?b");
  EXPECT_EQ(head->minor_version, 1);
  EXPECT_EQ(head->joined("X-TWO"), "a, b");
  EXPECT_EQ(parser.content_length(), 3);
  EXPECT_FALSE(parser.body_done());
}

TEST(MessageParserTest, ARequestWithoutABodyIsCompleteImmediately) {
  MessageParser parser;
  ASSERT_TRUE(parser.parse_head(head_with("")));
  EXPECT_TRUE(parser.body_done());
  EXPECT_EQ(parser.content_length(), 0);
}

TEST(MessageParserTest, DecodesABodyTheSameForEverySplitAndLeavesWhatFollows) {
  struct Case {
    std::string fields;
    std::string bytes;
    std::size_t length;  // of the framed body
  };
  std::string chunked = "5\r\nhello\r\n6;name=value\r\n world\r\n0\r\nTrailer: x\r\n\r\n";
  for (const Case& c :
       {Case{"Content-Length: 11\r\n", "hello worldGET / HTTP", 11},
        Case{"Transfer-Encoding: chunked\r\n", chunked + "GET /", chunked.size()}}) {
    for (std::size_t piece = 1; piece <= c.bytes.size(); ++piece) {
      for (std::size_t room : {1, 3, 64}) {
        auto decoded = decode(head_with(c.fields), c.bytes, piece, room);
        ASSERT_TRUE(decoded) << decoded.error().message();
        EXPECT_TRUE(decoded->done);
        EXPECT_EQ(decoded->body, "hello world");
        EXPECT_EQ(decoded->consumed, c.length) << "pieces of " << piece << ", room of " << room;
      }
    }
  }
}

TEST(MessageParserTest, T64RefusesOddChunkSizes) {
  for (const char* size : {"+5", "-5", "0x5", " 5", "g", "", "ffffffffffffffff1"}) {
    std::string bytes = std::string(size) + "\r\nhello\r\n0\r\n\r\n";
    auto decoded = decode(head_with("Transfer-Encoding: chunked\r\n"), bytes, 1000, 64);
    EXPECT_FALSE(decoded) << "\"" << size << "\" gave " << decoded->body;
  }
}

TEST(MessageParserTest, T64RefusesChunksWithoutTheirLineEnds) {
  for (const char* bytes : {"5\r\nhelloX\r\n0\r\n\r\n", "5\nhello\r\n0\r\n\r\n",
                            "5\r\nhello\n0\r\n\r\n", "5\r\nhello\r\n0\n\n"}) {
    auto decoded = decode(head_with("Transfer-Encoding: chunked\r\n"), bytes, 1000, 64);
    EXPECT_FALSE(decoded && decoded->done) << bytes;
  }
}

}  // namespace
}  // namespace glovebox
