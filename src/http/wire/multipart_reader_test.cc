#include "http/wire/multipart_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace glovebox {
namespace {

using testing::HasSubstr;

// The result as text: parts with their content, one per line.
class Recorder final : public MultipartSink {
 public:
  Result<void> on_part(const PartHead& head) override {
    found += head.name + "(" + head.file_name.value_or("-") + "): ";
    return ok();
  }
  Result<void> on_data(std::string_view data) override {
    EXPECT_FALSE(data.empty());
    found += data;
    return ok();
  }
  Result<void> on_part_end() override {
    found += "\n";
    return ok();
  }

  std::string found;
};

std::string read_in_pieces(std::string_view body, std::size_t piece, std::string boundary = "B") {
  Recorder recorder;
  MultipartReader reader(std::move(boundary), recorder);
  for (std::string_view rest = body; !rest.empty();
       rest.remove_prefix(std::min(piece, rest.size()))) {
    auto pushed = reader.push(rest.substr(0, piece));
    if (!pushed) return "error: " + pushed.error().message();
  }
  auto finished = reader.finish();
  return finished ? recorder.found : "error: " + finished.error().message();
}

std::string read(std::string_view body, std::string boundary = "B") {
  return read_in_pieces(body, body.size() + 1, std::move(boundary));
}

std::string part(std::string_view content) {
  return "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.zip\"\r\n"
         "Content-Type: application/zip\r\n\r\n" +
         std::string(content) + "\r\n";
}

TEST(MultipartReaderTest, ReadsParts) {
  EXPECT_EQ(read(part("data") + part("") + "--B--\r\n"), "file(a.zip): data\nfile(a.zip): \n");
}

TEST(MultipartReaderTest, EverySplitGivesTheSame) {
  for (const std::string& body :
       {part("data") + part("more") + "--B--\r\n", "preamble\r\n" + part("\r\n--\r\n-") + "--B--",
        part("\r\r\n\r\n--A\r\n--") + "--B \t\r\nContent-Disposition: form-data; name=x\r\n\r\n\r\n"
                                      "--B--epilogue",
        part("x") + "--B\r\n\r\n", std::string("--Bx\r\n"), part("x") + "--B--" + "\r\n--B--",
        std::string("nothing here"), part("\r\n--C")}) {
    std::string whole = read(body);
    for (std::size_t piece = 1; piece <= body.size(); ++piece) {
      EXPECT_EQ(read_in_pieces(body, piece), whole) << "in pieces of " << piece << ":\n" << body;
    }
  }
}

TEST(MultipartReaderTest, EverySplitInTwoGivesTheSame) {
  std::string body = part("\r\n--\r\n--A") + part("\r") + "--B--\r\n";
  std::string whole = read(body);
  ASSERT_THAT(whole, HasSubstr("file"));
  for (std::size_t cut = 0; cut <= body.size(); ++cut) {
    Recorder recorder;
    MultipartReader reader("B", recorder);
    ASSERT_TRUE(reader.push(std::string_view(body).substr(0, cut)));
    ASSERT_TRUE(reader.push(std::string_view(body).substr(cut)));
    ASSERT_TRUE(reader.finish());
    EXPECT_EQ(recorder.found, whole) << "cut at " << cut;
  }
}

TEST(MultipartReaderTest, ContentMayLookLikeADelimiter) {
  EXPECT_EQ(read(part("--B\r\n--A\r\n-B") + "--B--"), "file(a.zip): --B\r\n--A\r\n-B\n");
}

TEST(MultipartReaderTest, T68RefusesTruncatedAndMalformedBodies) {
  for (const std::string& body : {
           std::string(),
           std::string("--B"),
           std::string("--B\r\n"),
           part("cut"),
           part("cut") + "--B",
           std::string("--Bsuffix\r\n"),
           std::string("--B\r\n\r\n\r\n--B--"),
           std::string("--B\r\nContent-Type: a/b\r\n\r\nx\r\n--B--"),
           std::string("--B\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--B--"),
           std::string("--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--"),
           std::string("--B\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--B--"),
           std::string("--B\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\nx\r\n--B--"),
           std::string("--B\r\nno colon\r\n\r\nx\r\n--B--"),
           std::string("--B\r\nA: b\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--B--"),
           std::string("--B\r\nContent-Disposition: form-data; name=a\r\n"
                       "Content-Disposition: form-data; name=b\r\n\r\nx\r\n--B--"),
       }) {
    EXPECT_THAT(read(body), HasSubstr("error: ")) << body;
  }
}

TEST(MultipartReaderTest, T68BoundsParts) {
  std::string body;
  for (std::size_t i = 0; i < MultipartLimits().parts; ++i) body += part("x");
  EXPECT_THAT(read(body + "--B--"), HasSubstr("x"));
  EXPECT_THAT(read(body + part("x") + "--B--"), HasSubstr("more than 16 parts"));
}

TEST(MultipartReaderTest, T68BoundsPartHeadersExactly) {
  std::string line = "Content-Disposition: form-data; name=a\r\n";
  // The delimiter line's own CR LF counts.
  std::size_t rest = 2 + line.size() + std::string("X: \r\n\r\n").size();
  std::string filler(MultipartLimits().part_head_bytes - rest, 'x');
  EXPECT_EQ(read("--B\r\n" + line + "X: " + filler + "\r\n\r\nd\r\n--B--"), "a(-): d\n");
  EXPECT_THAT(read("--B\r\n" + line + "X: x" + filler + "\r\n\r\nd\r\n--B--"),
              HasSubstr("header is longer than"));
  EXPECT_THAT(read("--B\r\n" + std::string(20'000, 'x')), HasSubstr("header is longer than"));
}

TEST(MultipartReaderTest, T68BoundsTheSurroundingText) {
  EXPECT_THAT(read(std::string(5000, 'x') + "\r\n" + part("x") + "--B--"), HasSubstr("outside"));
  EXPECT_THAT(read(part("x") + "--B--" + std::string(5000, 'x')), HasSubstr("outside"));
  EXPECT_EQ(read(std::string(2000, 'x') + "\r\n" + part("x") + "--B--" + std::string(2000, 'x')),
            "file(a.zip): x\n");
  EXPECT_THAT(read("--B" + std::string(100, ' ') + "\r\n"), HasSubstr("too many spaces"));
}

TEST(MultipartReaderTest, AnErrorOfTheSinkEndsTheReading) {
  class Full final : public MultipartSink {
    Result<void> on_part(const PartHead&) override { return ok(); }
    Result<void> on_data(std::string_view) override {
      return Error(ErrorKind::kPayloadTooLarge, "full");
    }
    Result<void> on_part_end() override { return ok(); }
  };
  Full full;
  MultipartReader reader("B", full);
  auto pushed = reader.push(part("data"));
  ASSERT_FALSE(pushed);
  EXPECT_EQ(pushed.error().kind(), ErrorKind::kPayloadTooLarge);
}

TEST(MultipartBoundaryTest, ReadsTheBoundary) {
  EXPECT_EQ(*multipart_boundary("multipart/form-data; boundary=----WebKitFormBoundaryX"),
            "----WebKitFormBoundaryX");
  EXPECT_EQ(*multipart_boundary("Multipart/Form-Data; charset=utf-8; Boundary=\"a b:c\""), "a b:c");
  EXPECT_TRUE(multipart_boundary("multipart/form-data; boundary=" + std::string(70, 'b')));
}

TEST(MultipartBoundaryTest, RefusesMissingLongAndOddBoundaries) {
  for (const std::string& type :
       {std::string("multipart/form-data"), std::string("multipart/form-data; boundary="),
        std::string("multipart/form-data; boundary=\"a\\\"b\""),
        std::string("multipart/form-data; boundary=\"a \""),
        std::string("multipart/form-data; boundary=a; boundary=b"),
        "multipart/form-data; boundary=" + std::string(71, 'b')}) {
    EXPECT_FALSE(multipart_boundary(type)) << type;
  }
}

}  // namespace
}  // namespace glovebox
