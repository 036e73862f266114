#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "http/test_server.h"

namespace glovebox {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr auto kForever = ConsoleFile::Lifetime::kForever;
constexpr auto kUntilAsked = ConsoleFile::Lifetime::kUntilAsked;
constexpr std::string_view kHtml = "text/html; charset=utf-8";
constexpr std::string_view kScript = "text/javascript; charset=utf-8";

const std::array<ConsoleFile, 3> kFiles{{
    {"/index.html", kHtml, "index1", "<p>console", "GZIPPED", "BR", kUntilAsked},
    {"/assets/app-12345678.js", kScript, "app1", "run()", "", "", kForever},
    {"/assets/theme.js", kScript, "theme1", "theme()", "", "", kUntilAsked},
}};

HttpOptions with_console() {
  HttpOptions options;
  options.console = kFiles;
  return options;
}

TEST(ConsoleRoutesTest, EveryAddressOfThePageReturnsIt) {
  TestServer server(with_console());
  for (const char* path : {"/", "/runs", "/runs/job_1", "/checkups/chk_1",
                           "/compare?left=a&right=b", "/status", "/house"}) {
    RawResponse page = server.get(path);
    EXPECT_EQ(page.status, 200) << path;
    EXPECT_EQ(page.body, "<p>console") << path;
    EXPECT_THAT(page.field("Content-Type"), StartsWith("text/html")) << path;
    EXPECT_EQ(page.field("Cache-Control"), "no-cache") << path;
  }
}

TEST(ConsoleRoutesTest, OtherAddressesAreNotFound) {
  TestServer server(with_console());
  for (const char* path :
       {"/api/nothing", "/nothing", "/runs/a/b", "/checkups", "/assets/nothing.js", "/index.html",
        "/assets/../index.html", "/assets/%2e%2e/index.html"}) {
    RawResponse answer = server.get(path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_EQ(answer.error_type(), "NotFoundError") << path;
  }
}

// Of a browser that follows a link.
RawResponse browse(const TestServer& server, std::string_view method, std::string_view path) {
  return server.ask(std::string(method) + " " + std::string(path) +
                    " HTTP/1.1\r\nHost: localhost\r\nAccept: text/html,*/*;q=0.8\r\n\r\n");
}

TEST(ConsoleRoutesTest, ABrowserGetsThePageForAnUnknownAddressWithStatus404) {
  TestServer server(with_console());
  for (const char* path : {"/nothing", "/runs/a/b", "/checkups", "/index.html"}) {
    RawResponse page = browse(server, "GET", path);
    EXPECT_EQ(page.status, 404) << path;
    EXPECT_EQ(page.body, "<p>console") << path;
    EXPECT_THAT(page.field("Content-Security-Policy"), HasSubstr("default-src 'none'")) << path;
  }
  EXPECT_EQ(browse(server, "GET", "/").status, 200);
  for (const char* path : {"/api", "/api/nothing", "/assets/nothing.js"}) {
    EXPECT_EQ(browse(server, "GET", path).error_type(), "NotFoundError") << path;
  }
  EXPECT_EQ(browse(server, "DELETE", "/nothing").error_type(), "NotFoundError");
  TestServer without{HttpOptions()};
  EXPECT_EQ(browse(without, "GET", "/nothing").error_type(), "NotFoundError");
}

TEST(ConsoleRoutesTest, ThePolicyForbidsInlineAndForeignContent) {
  TestServer server(with_console());
  std::string policy = server.get("/").field("Content-Security-Policy");
  EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
  EXPECT_THAT(policy, HasSubstr("style-src 'self';"));
  EXPECT_THAT(policy, HasSubstr("script-src 'self';"));
  EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
  EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
  EXPECT_EQ(server.get("/").field("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(server.get("/").field("Referrer-Policy"), "no-referrer");
}

TEST(ConsoleRoutesTest, OnlyNamesThatChangeWithTheirContentAreKeptForever) {
  TestServer server(with_console());
  EXPECT_EQ(server.get("/assets/app-12345678.js").field("Cache-Control"),
            "public, max-age=31536000, immutable");
  EXPECT_EQ(server.get("/assets/theme.js").field("Cache-Control"), "no-cache");
}

struct Asked {
  const char* accept;
  const char* coding;
  const char* body;
};

TEST(ConsoleRoutesTest, TheSmallestFormThatTheClientAcceptsIsSent) {
  TestServer server(with_console());
  const Asked cases[] = {{"gzip, deflate, br", "br", "BR"},
                         {"GZIP", "gzip", "GZIPPED"},
                         {"br;q=0, gzip;q=0.5", "gzip", "GZIPPED"},
                         {"br;q=0.000,gzip ; q=0", "", "<p>console"},
                         {"identity", "", "<p>console"},
                         {",,", "", "<p>console"}};
  for (const Asked& asked : cases) {
    std::string field = std::string("Accept-Encoding: ") + asked.accept + "\r\n";
    RawResponse page = server.ask(get_request("/", field));
    EXPECT_EQ(page.field("Content-Encoding"), asked.coding) << asked.accept;
    EXPECT_EQ(page.body, asked.body) << asked.accept;
    EXPECT_EQ(page.field("Vary"), "Accept-Encoding");
  }
}

TEST(ConsoleRoutesTest, ContentThatTheClientHasIsNotSentAgain) {
  TestServer server(with_console());
  std::string etag = server.get("/").field("ETag");
  EXPECT_EQ(etag, "\"index1\"");
  for (const std::string& known : {etag, "W/" + etag, "\"old\", " + etag, std::string("*")}) {
    RawResponse page =
        server.ask(get_request("/", "If-None-Match: " + known + "\r\n"), Body::kNone);
    EXPECT_EQ(page.status, 304) << known;
    EXPECT_EQ(page.field("ETag"), etag);
    EXPECT_EQ(page.field("Content-Length"), "");
  }
  EXPECT_EQ(server.ask(get_request("/", "If-None-Match: \"old\"\r\n")).status, 200);
  // Another encoding of it has another tag.
  RawResponse packed =
      server.ask(get_request("/", "Accept-Encoding: gzip\r\nIf-None-Match: " + etag + "\r\n"));
  EXPECT_EQ(packed.status, 200);
  EXPECT_EQ(packed.field("ETag"), "\"index1-gzip\"");
}

TEST(ConsoleRoutesTest, WithoutAConsoleAPlainPageSaysHowToGetIt) {
  TestServer server;
  for (const char* path : {"/", "/runs/job_1"}) {
    RawResponse page = server.get(path);
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body, HasSubstr("apt-get install npm"));
    EXPECT_THAT(page.field("Content-Security-Policy"), HasSubstr("sandbox"));
  }
  EXPECT_EQ(server.get("/assets/theme.js").status, 404);
}

}  // namespace
}  // namespace glovebox
