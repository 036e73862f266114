// Uploads over real sockets: both forms, limits while streaming, Expect.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/test_server.h"

namespace glovebox {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

HttpOptions small_uploads() {
  HttpOptions options;
  options.upload = ByteCount(1'000'000);
  return options;
}

constexpr const char* kMultipart = "multipart/form-data; boundary=B";

std::string part(std::string_view name, std::string_view content,
                 std::string_view file_name = "a.zip") {
  return "--B\r\nContent-Disposition: form-data; name=\"" + std::string(name) + "\"; filename=\"" +
         std::string(file_name) + "\"\r\n\r\n" + std::string(content) + "\r\n";
}

std::string chunked_head(std::string_view path) {
  return "POST " + std::string(path) +
         " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
}

std::string binary(std::size_t size) {
  std::string content(size, '\0');
  for (std::size_t i = 0; i < size; ++i) content[i] = static_cast<char>((i * 7919) >> 3);
  return content;
}

TEST(UploadTest, AcceptsTheArchiveAsTheBody) {
  TestServer server(small_uploads());
  std::string archive = binary(1'000'000);
  RawResponse response =
      server.ask(post_request("/api/upload", "application/octet-stream", archive));
  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.field("Location"), "/api/projects/prj_1");
  EXPECT_EQ(response.json().at("projectId").as_string(), "prj_1");
  EXPECT_EQ(server.services().projects.uploaded().at(0).content, archive);
  EXPECT_EQ(server.services().projects.uploaded().at(0).name, "project");
  EXPECT_EQ(server.services().projects.uploaded().at(0).owner.str(), "ip:127.0.0.1");
}

TEST(UploadTest, AcceptsTheArchiveAsAPart) {
  TestServer server(small_uploads());
  std::string archive = binary(1'000'000);
  RawResponse response = server.ask(post_request(
      "/api/upload", kMultipart, part("file", archive, "My Project.zip") + "--B--\r\n"));
  EXPECT_EQ(response.status, 201) << response.body;
  EXPECT_EQ(server.services().projects.uploaded().at(0).content, archive);
  EXPECT_EQ(server.services().projects.uploaded().at(0).name, "My Project.zip");
}

TEST(UploadTest, PassesTheNameAndWhetherToKeepTheTopFolder) {
  TestServer server(small_uploads());
  auto upload = [&](const std::string& target) {
    return server.ask(post_request(target, "application/octet-stream", "x")).status;
  };
  EXPECT_EQ(upload("/api/upload"), 201);
  EXPECT_EQ(upload("/api/upload?keepRoot=true&name=a%2Fmain.c"), 201);
  EXPECT_EQ(upload("/api/upload?keepRoot=false"), 201);
  EXPECT_EQ(upload("/api/upload?keepRoot=1"), 400);
  std::string form = part("file", "x", "main.py") + "--B--\r\n";
  EXPECT_EQ(server.ask(post_request("/api/upload", kMultipart, form)).status, 201);
  auto uploaded = server.services().projects.uploaded();
  ASSERT_EQ(uploaded.size(), 4u);
  EXPECT_EQ(uploaded[0].options.top, TopFolder::kTakenOff);
  EXPECT_EQ(uploaded[0].options.file_name, "") << "the name that is shown is not a file name";
  EXPECT_EQ(uploaded[1].options.top, TopFolder::kKept);
  EXPECT_EQ(uploaded[1].options.file_name, "main.c");
  EXPECT_EQ(uploaded[1].name, "main.c");
  EXPECT_EQ(uploaded[2].options.top, TopFolder::kTakenOff);
  EXPECT_EQ(uploaded[3].options.file_name, "main.py");
}

TEST(UploadTest, AcceptsAChunkedBodyInAnyPieces) {
  TestServer server(small_uploads());
  RawClient client = server.connect();
  client.send(chunked_head("/api/upload"));
  std::string archive;
  for (std::size_t size : {1, 10, 100'000, 3, 70'000}) {
    std::string piece = binary(size);
    archive += piece;
    char length[32];
    std::snprintf(length, sizeof length, "%zx\r\n", size);
    client.send(length).send(piece).send("\r\n");
  }
  client.send("0\r\n\r\n").send(get_request("/api/ready"));
  EXPECT_EQ(client.read_response().status, 201);
  EXPECT_EQ(client.read_response().status, 200);
  EXPECT_EQ(server.services().projects.uploaded().at(0).content, archive);
}

TEST(UploadTest, T66RefusesAnAnnouncedSizeBeforeTheBody) {
  TestServer server(small_uploads());
  RawClient client = server.connect();
  client.send("POST /api/upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000001\r\n\r\n");
  RawResponse response = client.read_response();
  EXPECT_EQ(response.status, 413);
  EXPECT_EQ(response.error_type(), "PayloadTooLargeError");
  EXPECT_EQ(response.json().at("error").at("details").at("configured").as_int64(), 1'000'000);
  EXPECT_EQ(response.json().at("error").at("details").at("observed").as_int64(), 1'000'001);
  EXPECT_EQ(response.field("Connection"), "close");
  EXPECT_EQ(server.services().projects.uploads_begun(), 0);
}

TEST(UploadTest, T66AClientThatSendsAnywaySeesTheResponseAndNoReset) {
  TestServer server(small_uploads());
  RawClient client = server.connect();
  client.send(post_request("/api/upload", "application/octet-stream", std::string(8'000'000, 'x')));
  EXPECT_EQ(client.read_response().status, 413);
  client.finish_sending();
  EXPECT_TRUE(client.ends());
}

TEST(UploadTest, T66CountsWhileStreaming) {
  TestServer server(small_uploads());
  RawClient client = server.connect();
  client.send(chunked_head("/api/upload")).send("f4241\r\n");
  client.send_what_is_taken(std::string(1'000'001, 'x'));
  EXPECT_EQ(client.read_response().status, 413);
  RawResponse part_too_large = server.ask(
      post_request("/api/upload", kMultipart, part("file", std::string(1'000'001, 'x')) + "--B--"));
  EXPECT_EQ(part_too_large.status, 413);
  EXPECT_EQ(server.services().projects.uploaded().size(), 0);
}

TEST(UploadTest, T66ExpectGetsContinueOrTheRefusal) {
  TestServer server(small_uploads());
  RawClient client = server.connect();
  auto head = [](std::size_t size) {
    return "POST /api/upload HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
           "Content-Length: " +
           std::to_string(size) + "\r\n\r\n";
  };
  client.send(head(5));
  EXPECT_EQ(client.read_response(Body::kNone).status, 100);
  EXPECT_EQ(client.send("hello").read_response().status, 201);
  EXPECT_EQ(client.send(head(2'000'000)).read_response().status, 413);
}

TEST(UploadTest, T68RefusesAnythingButOneFile) {
  TestServer server;
  struct Case {
    std::string body;
    const char* why;
  };
  std::string flood;
  for (int i = 0; i < 1000; ++i) flood += part("file", "");
  for (const Case& c : {
           Case{part("other", "x") + "--B--", "\"other\""},
           Case{part("file", "x") + part("file", "y") + "--B--", "two parts"},
           Case{"--B--", "has no archive"},
           Case{part("file", "") + "--B--", "has no archive"},
           Case{part("file", "x"), "ends before"},
           Case{flood + "--B--", "two parts"},
           Case{part("file", "x", "../../etc/passwd") + "--B--", "plain name"},
           Case{part("file", "x", "/etc/passwd") + "--B--", "plain name"},
       }) {
    RawResponse response = server.ask(post_request("/api/upload", kMultipart, c.body));
    EXPECT_EQ(response.status, 400) << c.why;
    EXPECT_EQ(response.error_type(), "ValidationError");
    EXPECT_THAT(response.error_message(), HasSubstr(c.why));
  }
  RawResponse unbounded = server.ask(post_request("/api/upload", "multipart/form-data", "x"));
  EXPECT_EQ(unbounded.status, 400);
  RawResponse empty = server.ask(post_request("/api/upload", "application/zip", ""));
  EXPECT_EQ(empty.status, 400);
  EXPECT_EQ(server.services().projects.uploaded().size(), 0);
}

TEST(UploadTest, T75FileNamesAreCleanedForDisplay) {
  TestServer server;
  server.ask(post_request("/api/upload", kMultipart,
                          part("file", "x", "C:\\x\\e\x1b[31mvil\xff.zip") + "--B--"));
  EXPECT_EQ(server.services().projects.uploaded().at(0).name, "e[31mvil.zip");
}

TEST(UploadTest, AClientThatLeavesInTheMiddleLeavesNothing) {
  TestServer server;
  {
    RawClient client = server.connect();
    client.send("POST /api/upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf");
  }
  server.wait_for_connections(0);
  EXPECT_EQ(server.services().projects.uploaded().size(), 0);
}

}  // namespace
}  // namespace glovebox
