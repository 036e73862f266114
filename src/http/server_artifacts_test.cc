// Files of jobs over real sockets, and uploads for which the storage has no room.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/test_server.h"

namespace glovebox {
namespace {

using testing::HasSubstr;

TEST(ArtifactRouteTest, AFileIsAnAttachmentOfItsBytes) {
  TestServer server;
  server.services().artifacts.set_file("d/page.html", "<script>");
  RawResponse file = server.get("/api/jobs/job_1/artifacts/d/page.html");
  EXPECT_EQ(file.status, 200);
  EXPECT_EQ(file.body, "<script>");
  EXPECT_EQ(file.field("Content-Type"), "application/octet-stream");
  EXPECT_EQ(file.field("Content-Disposition"), "attachment; filename=\"page.html\"");
  EXPECT_EQ(file.field("X-Content-Type-Options"), "nosniff");
  EXPECT_THAT(file.field("Content-Security-Policy"), HasSubstr("sandbox"));
  EXPECT_EQ(server.get("/api/jobs/job_1/artifacts/none").status, 404);
}

TEST(ArtifactRouteTest, ADownloadResumesWhereItWasInterrupted) {
  TestServer server;
  server.services().artifacts.set_file("f", "0123456789");
  server.services().projects.set_file("f", "0123456789");
  for (const char* path : {"/api/jobs/job_1/artifacts/f", "/api/projects/prj_1/files/f"}) {
    RawResponse whole = server.get(path);
    EXPECT_EQ(whole.field("Accept-Ranges"), "bytes");
    std::string tag = whole.field("ETag");
    ASSERT_FALSE(tag.empty());
    RawResponse rest =
        server.ask(get_request(path, "Range: bytes=7-\r\nIf-Range: " + tag + "\r\n"));
    EXPECT_EQ(rest.status, 206);
    EXPECT_EQ(rest.body, "789");
    EXPECT_EQ(rest.field("Content-Range"), "bytes 7-9/10");
    RawResponse same = server.ask(get_request(path, "If-None-Match: " + tag + "\r\n"), Body::kNone);
    EXPECT_EQ(same.status, 304);
    RawResponse beyond = server.ask(get_request(path, "Range: bytes=10-\r\n"));
    EXPECT_EQ(beyond.status, 416);
    EXPECT_EQ(beyond.field("Content-Range"), "bytes */10");
    EXPECT_EQ(beyond.error_type(), "ValidationError");
  }
}

TEST(ArtifactRouteTest, ANameMayBeAnything) {
  TestServer server;
  server.services().artifacts.set_file("a\nb\\c", "odd");
  server.services().artifacts.set_file("../x", "up");
  RawResponse odd = server.get("/api/jobs/job_1/artifacts/a%0Ab%5Cc");
  EXPECT_EQ(odd.body, "odd");
  EXPECT_EQ(odd.field("Content-Disposition"), "attachment; filename=\"c\"");
  EXPECT_EQ(server.get("/api/jobs/job_1/artifacts/..%2Fx").body, "up");
}

TEST(ArtifactRouteTest, AllOfThemAreAStreamedZip) {
  TestServer server;
  server.services().artifacts.set_zip({"PK", "more"});
  RawClient client = server.connect();
  client.send(get_request("/api/jobs/job_1/artifacts", "Connection: close\r\n"));
  RawResponse zip = client.read_response();
  EXPECT_EQ(zip.status, 200);
  EXPECT_EQ(zip.field("Content-Type"), "application/zip");
  EXPECT_EQ(zip.field("Content-Disposition"), "attachment; filename=\"job_1.zip\"");
  EXPECT_EQ(zip.field("Transfer-Encoding"), "chunked");
  EXPECT_EQ(client.read_rest(), "2\r\nPK\r\n4\r\nmore\r\n0\r\n\r\n");
}

TEST(ArtifactRouteTest, AZipThatCannotBeFinishedNeverEndsWell) {
  TestServer server;
  server.services().artifacts.set_zip({"PK", ""});
  RawClient client = server.connect();
  client.send(get_request("/api/jobs/job_1/artifacts"));
  EXPECT_EQ(client.read_response().status, 200);
  EXPECT_EQ(client.read_rest(), "2\r\nPK\r\n");
}

TEST(StorageRouteTest, AnAnnouncedUploadIsRefusedBeforeItsBody) {
  TestServer server;
  server.services().projects.limit_storage(ByteCount(4000));
  RawClient client = server.connect();
  client.send("POST /api/upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1001\r\n\r\n");
  RawResponse refused = client.read_response();
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.error_type(), "RateLimitError");
  EXPECT_EQ(server.services().projects.uploads_begun(), 0u);
  EXPECT_EQ(
      server.ask(post_request("/api/upload", "application/zip", std::string(1000, 'x'))).status,
      201);
}

TEST(StorageRouteTest, AnUploadOfUnknownLengthIsRefusedWhileItStreams) {
  TestServer server;
  server.services().projects.limit_storage(ByteCount(4ULL << 20));
  RawClient client = server.connect();
  client.send("POST /api/upload HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
  std::string chunk = "80000\r\n" + std::string(0x80000, 'x') + "\r\n";
  for (int i = 0; i < 3; ++i) client.send_what_is_taken(chunk);
  RawResponse refused = client.read_response();
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(server.services().projects.uploads_begun(), 1u);
  EXPECT_TRUE(server.services().projects.uploaded().empty());
}

}  // namespace
}  // namespace glovebox
