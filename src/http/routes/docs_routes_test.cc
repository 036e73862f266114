#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "http/test_server.h"
#include "temp_folder.h"

namespace glovebox {
namespace {

using testing::HasSubstr;
using testing::Not;

class DocsRoutesTest : public testing::Test {
 protected:
  DocsRoutesTest() {
    folder_.write("secret.html", "outside");
    folder_.write("site/index.html", "<p>first");
    folder_.write("site/tools/index.html", "<p>tools");
    folder_.write("site/assets/theme.css", "p{}");
    folder_.write("site/data.unknown", "data");
  }
  HttpOptions with_site() const {
    HttpOptions options;
    options.docs_dir = folder_.path() / "site";
    return options;
  }

  TempFolder folder_;
};

TEST_F(DocsRoutesTest, PagesAndTheirFilesAreServedWithTheirTypes) {
  TestServer server(with_site());
  EXPECT_EQ(server.get("/docs/").body, "<p>first");
  EXPECT_EQ(server.get("/docs/index.html").body, "<p>first");
  EXPECT_EQ(server.get("/docs/tools/").body, "<p>tools");
  EXPECT_EQ(server.get("/docs/").field("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(server.get("/docs/assets/theme.css").field("Content-Type"), "text/css; charset=utf-8");
  EXPECT_EQ(server.get("/docs/data.unknown").field("Content-Type"), "application/octet-stream");
}

TEST_F(DocsRoutesTest, TheAddressWithoutASlashLeadsToTheOneWithIt) {
  TestServer server(with_site());
  RawResponse answer = server.get("/docs");
  EXPECT_EQ(answer.status, 308);
  EXPECT_EQ(answer.field("Location"), "/docs/");
}

TEST_F(DocsRoutesTest, ThePolicyForbidsInlineAndForeignContent) {
  TestServer server(with_site());
  for (const char* path : {"/docs/", "/docs/nothing.html"}) {
    std::string policy = server.get(path).field("Content-Security-Policy");
    EXPECT_THAT(policy, HasSubstr("default-src 'none'")) << path;
    EXPECT_THAT(policy, HasSubstr("script-src 'self';")) << path;
    EXPECT_THAT(policy, HasSubstr("style-src 'self';")) << path;
    EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'")) << path;
    EXPECT_THAT(policy, Not(HasSubstr("unsafe"))) << path;
  }
}

TEST_F(DocsRoutesTest, AKnownPageIsNotSentAgain) {
  TestServer server(with_site());
  std::string tag = server.get("/docs/").field("ETag");
  ASSERT_FALSE(tag.empty());
  RawResponse same =
      server.ask(get_request("/docs/", "If-None-Match: " + tag + "\r\n"), Body::kNone);
  EXPECT_EQ(same.status, 304);
}

TEST_F(DocsRoutesTest, NothingOutsideTheFolderAndNothingButRegularFiles) {
  ASSERT_EQ(::mkfifo((folder_.path() / "site/pipe.html").c_str(), 0600), 0);
  TestServer server(with_site());
  for (const char* path :
       {"/docs/../secret.html", "/docs/%2e%2e/secret.html", "/docs/..%2fsecret.html",
        "/docs/tools/../../secret.html", "/docs//etc/passwd", "/docs/%2fetc/passwd",
        "/docs/index.html%00.css", "/docs/tools", "/docs/nothing.html", "/docs/pipe.html"}) {
    RawResponse answer = server.get(path);
    EXPECT_TRUE(answer.status == 404 || answer.status == 400) << path << ": " << answer.status;
    EXPECT_THAT(answer.body, Not(HasSubstr("outside"))) << path;
  }
}

TEST(DocsWithoutSiteTest, TheAnswerSaysHowToBuildIt) {
  TestServer server(HttpOptions{});
  for (const char* path : {"/docs", "/docs/", "/docs/install.html"}) {
    RawResponse answer = server.get(path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_THAT(answer.body, HasSubstr("docs/make-site")) << path;
    EXPECT_EQ(answer.field("Content-Type"), "text/html; charset=utf-8") << path;
  }
}

}  // namespace
}  // namespace glovebox
