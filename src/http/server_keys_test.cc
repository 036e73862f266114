// A server that requires API keys, over a real socket.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/api_keys.h"
#include "http/test_server.h"

namespace glovebox {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::string kKey = "gbx_0123456789ABCDEFabcdef";
const std::string kBearer = "Authorization: Bearer " + kKey + "\r\n";

class KeyedServerTest : public testing::Test {
 protected:
  KeyedServerTest() {
    ApiKey key;
    key.name = "ci";
    key.sha256 = hash_of_key(kKey);
    EXPECT_TRUE(keys_.add(key));
    HttpOptions options;
    options.keys = &keys_;
    options.metrics = [] { return "glovebox_ready 1\n"; };
    options.on_refusal = [this](const Error& error) { refused_.push_back(error.kind()); };
    server_.emplace(options);
  }
  RawResponse get(std::string_view path, std::string_view fields = "") {
    return server_->ask(get_request(path, fields));
  }
  RawResponse execute(std::string_view fields) {
    return server_->ask(post_request("/api/execute", "application/json",
                                     R"({"toolId": "cppcheck", "projectId": "prj_1"})", fields));
  }
  ApiKeys keys_;
  std::vector<ErrorKind> refused_;  // the loop's
  std::optional<TestServer> server_;
};

TEST_F(KeyedServerTest, MetricsNeedAKey) {
  EXPECT_EQ(get("/metrics").status, 401);
  RawResponse response = get("/metrics", kBearer);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "glovebox_ready 1\n");
  EXPECT_EQ(response.field("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
}

TEST_F(KeyedServerTest, EachErrorResponseIsReported) {
  get("/api/tools");
  get("/api/tools", kBearer);
  get("/api/nothing", kBearer);
  EXPECT_EQ(server_->ask("BAD\r\n\r\n").status, 400);
  auto refused = server_->on_loop([this] { return refused_; });
  EXPECT_THAT(refused, testing::ElementsAre(ErrorKind::kAuthentication, ErrorKind::kNotFound,
                                            ErrorKind::kValidation));
}

TEST_F(KeyedServerTest, WithoutAKeyTheResponseIs401AndSaysWhatToDo) {
  for (const char* path : {"/api/tools", "/api/jobs", "/api/jobs/job_1", "/api/stream/job_1",
                           "/api/queue/status", "/api/nothing", "/api", "/%61pi/tools"}) {
    RawResponse response = get(path);
    EXPECT_EQ(response.status, 401) << path;
    EXPECT_EQ(response.error_type(), "AuthenticationError") << path;
    EXPECT_EQ(response.field("WWW-Authenticate"), "Bearer") << path;
    EXPECT_THAT(response.error_message(), HasSubstr("Authorization: Bearer")) << path;
  }
  EXPECT_EQ(execute("").status, 401);
  EXPECT_EQ(server_->ask("OPTIONS /api/tools HTTP/1.1\r\n" + std::string(kHost) + "\r\n").status,
            401);
  EXPECT_EQ(server_->ask("DELETE /api/health HTTP/1.1\r\n" + std::string(kHost) + "\r\n").status,
            401);
}

TEST_F(KeyedServerTest, PageHealthAndReadinessAreOpen) {
  for (const char* path : {"/", "/api/health", "/api/ready"}) {
    EXPECT_EQ(get(path).status, 200) << path;
    EXPECT_EQ(get(path, "Authorization: Bearer wrong\r\n").status, 200) << path;
  }
  EXPECT_EQ(get("/nothing").status, 404);
}

TEST_F(KeyedServerTest, AKeyIdentifiesTheClient) {
  EXPECT_EQ(get("/api/tools", kBearer).status, 200);
  EXPECT_EQ(get("/api/nothing", kBearer).status, 404);
  ASSERT_EQ(execute(kBearer).status, 200);
  EXPECT_EQ(server_->services().jobs.submitted().at(0).client, ClientId("key:ci"));
  ASSERT_EQ(execute("X-API-Key: " + kKey + "\r\nX-Forwarded-For: 192.0.2.1\r\n").status, 200);
  EXPECT_EQ(server_->services().jobs.submitted().at(1).client, ClientId("key:ci"));
}

TEST_F(KeyedServerTest, AWrongKeyIsAnInvalidToken) {
  RawResponse response = get("/api/tools", "Authorization: Bearer gbx_no\r\n");
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(response.field("WWW-Authenticate"), "Bearer error=\"invalid_token\"");
  RawResponse several = get("/api/tools", kBearer + kBearer);
  EXPECT_EQ(several.status, 401);
  EXPECT_THAT(several.error_message(), StartsWith("The request has 2 API keys"));
}

TEST_F(KeyedServerTest, AZipThatCannotBeFinishedNeverEndsWell) {
  server_->services().artifacts.set_zip({"PK", ""});
  RawClient client = server_->connect();
  client.send(get_request("/api/jobs/job_1/artifacts", kBearer));
  EXPECT_EQ(client.read_response().status, 200);
  EXPECT_EQ(client.read_rest(), "2\r\nPK\r\n");
}

TEST_F(KeyedServerTest, AForeignHostIsRefusedBeforeItsKeyIsChecked) {
  RawResponse response =
      server_->ask("GET /api/tools HTTP/1.1\r\nHost: evil.example\r\n" + kBearer + "\r\n");
  EXPECT_EQ(response.status, 403);
}

TEST_F(KeyedServerTest, AnUploadWithoutAKeyIsRefusedBeforeItsBodyArrives) {
  RawClient client = server_->connect();
  client.send("POST /api/upload HTTP/1.1\r\n" + std::string(kHost) +
              "Expect: 100-continue\r\nContent-Length: 1000000\r\n\r\n");
  EXPECT_EQ(client.read_response().status, 401);
}

TEST_F(KeyedServerTest, WrongKeysAreBoundedAndDoNotLockOutTheValidOne) {
  for (int i = 0; i < 30; ++i) {
    ASSERT_EQ(get("/api/tools", "X-API-Key: guess\r\n").status, 401) << i;
  }
  RawResponse response = get("/api/tools", "X-API-Key: guess\r\n");
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(response.error_type(), "RateLimitError");
  EXPECT_NE(response.field("Retry-After"), "");
  EXPECT_EQ(get("/api/tools", kBearer).status, 200);
  EXPECT_EQ(get("/api/tools").status, 401);
}

TEST_F(KeyedServerTest, ARemovedKeyIsRefusedAtTheNextRequestOfTheSameConnection) {
  RawClient one = server_->connect();
  one.send(get_request("/api/tools", kBearer));
  EXPECT_EQ(one.read_response().status, 200);
  server_->on_loop([this] { keys_ = ApiKeys(); });
  one.send(get_request("/api/tools", kBearer));
  EXPECT_EQ(one.read_response().status, 401);
}

TEST(KeylessServerTest, KeysThatAreNotRequiredAreNotChecked) {
  TestServer server;
  EXPECT_EQ(server.ask(get_request("/api/tools", "Authorization: Bearer wrong\r\n")).status, 200);
  EXPECT_EQ(server.ask(get_request("/api/tools", "X-API-Key: a\r\nX-API-Key: b\r\n")).status, 200);
}

}  // namespace
}  // namespace glovebox
