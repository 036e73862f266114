#include "http/wire/strict_head.h"

#include <gtest/gtest.h>

namespace glovebox {
namespace {

const HeadLimits kLimits;

// The result for a section that arrives in pieces of `piece` bytes.
Result<std::size_t> judge(std::string_view bytes, std::size_t piece = std::string_view::npos,
                          const HeadLimits& limits = kLimits) {
  HeadScanner scanner(limits);
  for (std::size_t end = 0; end < bytes.size();) {
    end = piece < bytes.size() - end ? end + piece : bytes.size();
    GB_TRY(auto size, scanner.scan(bytes.substr(0, end)));
    if (!size) continue;
    GB_TRY_VOID(check_head(bytes.substr(0, *size), limits));
    return *size;
  }
  return internal_error("incomplete");
}

void expect_refused(std::string_view bytes, ErrorKind kind = ErrorKind::kValidation) {
  for (std::size_t piece : {std::size_t{1}, std::size_t{7}, std::string_view::npos}) {
    auto verdict = judge(bytes, piece);
    ASSERT_FALSE(verdict) << bytes << " in pieces of " << piece;
    EXPECT_EQ(verdict.error().kind(), kind) << bytes << ": " << verdict.error().message();
  }
}

std::string with_fields(std::string_view fields) {
  return "POST / HTTP/1.1\r\nHost: localhost\r\n" + std::string(fields) + "\r\n";
}

TEST(StrictHeadTest, FindsTheEndForEverySplit) {
  std::string head = with_fields("Content-Length: 5\r\nX-Odd:\t value \r\nEmpty:\r\n");
  for (std::size_t piece = 1; piece <= head.size() + 6; ++piece) {
    auto size = judge(head + "hello!", piece);
    ASSERT_TRUE(size) << size.error().message();
    EXPECT_EQ(*size, head.size());
  }
}

TEST(StrictHeadTest, T64AcceptsTheValidFormsOfWhatItRefuses) {
  EXPECT_TRUE(judge(with_fields("Content-Length: 0\r\n")));
  EXPECT_TRUE(judge(with_fields("Transfer-Encoding: Chunked\r\n")));
  EXPECT_TRUE(judge("GET / HTTP/1.0\r\nHost: a\r\n\r\n"));
  EXPECT_TRUE(judge("GET / HTTP/1.0\r\n\r\n")) << "HTTP/1.0 has no Host";
}

TEST(StrictHeadTest, T64RefusesContentLengthWithTransferEncoding) {
  expect_refused(with_fields("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"));
  expect_refused(with_fields("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"));
}

TEST(StrictHeadTest, T64RefusesTwoContentLengthsEvenEqualOnes) {
  expect_refused(with_fields("Content-Length: 5\r\nContent-Length: 5\r\n"));
  expect_refused(with_fields("Content-Length: 5\r\ncontent-length: 6\r\n"));
  expect_refused(with_fields("Content-Length: 5, 5\r\n"));
}

TEST(StrictHeadTest, T64RefusesContentLengthsThatAreNotPlainNumbers) {
  for (const char* length : {"+5", "-5", "0x5", "5 5", "5;", "", "5.0", "\v5", "١",
                             "9999999999999999999", "18446744073709551621"}) {
    expect_refused(with_fields("Content-Length: " + std::string(length) + "\r\n"));
  }
}

TEST(StrictHeadTest, T64RefusesOddTransferEncodings) {
  for (const char* coding : {"xchunked", "chunked, identity", "gzip, chunked", "identity",
                             "chunked chunked", "\"chunked\"", "chunked;q=1", ""}) {
    expect_refused(with_fields("Transfer-Encoding: " + std::string(coding) + "\r\n"));
  }
  expect_refused(with_fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"));
  expect_refused("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
}

TEST(StrictHeadTest, T64RefusesFoldedFields) {
  expect_refused(with_fields("X-Folded: a\r\n b\r\n"));
  expect_refused(with_fields("X-Folded: a\r\n\tb\r\n"));
  expect_refused("GET / HTTP/1.1\r\n Host: a\r\n\r\n");
}

TEST(StrictHeadTest, T64RefusesSpacesBeforeTheColon) {
  expect_refused(with_fields("Content-Length : 5\r\n"));
  expect_refused(with_fields("Transfer-Encoding\t: chunked\r\n"));
  expect_refused(with_fields(": nameless\r\n"));
  expect_refused(with_fields("colonless\r\n"));
  expect_refused(with_fields("Na(me: x\r\n"));
}

TEST(StrictHeadTest, T64RefusesBareLineFeedsAndCarriageReturns) {
  expect_refused("GET / HTTP/1.1\nHost: a\n\n");
  expect_refused("GET / HTTP/1.1\r\nHost: a\n\r\n");
  expect_refused("GET / HTTP/1.1\r\nHost: a\r\n\n");
  expect_refused(with_fields("X: a\rb\r\n"));
  expect_refused("GET / HTTP/1.1\r\r\nHost: a\r\n\r\n");
}

TEST(StrictHeadTest, RefusesControlCharacters) {
  expect_refused(with_fields(std::string_view("X: a\0b\r\n", 8)));
  expect_refused(with_fields("X: a\x1b[31m\r\n"));
  expect_refused(with_fields("X: a\x7f\r\n"));
}

TEST(StrictHeadTest, RefusesMalformedRequestLines) {
  for (const char* line :
       {"GET /", "GET", "GET  / HTTP/1.1", "GET / HTTP/1.1 ", " GET / HTTP/1.1", "GET / HTTP/2.0",
        "GET / http/1.1", "GET / HTTP/1.10", "G{T / HTTP/1.1", "GET /a b HTTP/1.1",
        "GET /\t HTTP/1.1", "GET /\xc3\xa9 HTTP/1.1", "GET /#x HTTP/1.1", "PRI * HTTP/2.0"}) {
    expect_refused(std::string(line) + "\r\nHost: a\r\n\r\n");
  }
}

TEST(StrictHeadTest, RequiresExactlyOneHost) {
  expect_refused("GET / HTTP/1.1\r\nX: y\r\n\r\n");
  expect_refused(with_fields("Host: b\r\n"));
}

TEST(StrictHeadTest, T63AppliesTheLimitOfTheTargetExactly) {
  std::string target(kLimits.target_bytes, '/');
  EXPECT_TRUE(judge("GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n"));
  expect_refused("GET " + target + "/ HTTP/1.1\r\nHost: a\r\n\r\n", ErrorKind::kUriTooLong);
  // Before its end has been found.
  expect_refused("GET " + std::string(20'000, 'a'), ErrorKind::kUriTooLong);
}

TEST(StrictHeadTest, T63AppliesTheLimitOfTheSectionExactly) {
  std::string rest = with_fields("X: \r\n");
  std::string filler(kLimits.head_bytes - rest.size(), 'x');
  EXPECT_TRUE(judge(with_fields("X: " + filler + "\r\n")));
  expect_refused(with_fields("X: x" + filler + "\r\n"), ErrorKind::kHeadersTooLarge);
  expect_refused("GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x'), ErrorKind::kHeadersTooLarge);
}

TEST(StrictHeadTest, T63AppliesTheLimitOnFieldsExactly) {
  std::string fields;
  for (std::size_t i = 1; i < kLimits.fields; ++i) fields += "a: b\r\n";
  EXPECT_TRUE(judge(with_fields(fields)));
  expect_refused(with_fields(fields + "a: b\r\n"), ErrorKind::kHeadersTooLarge);
}

}  // namespace
}  // namespace glovebox
