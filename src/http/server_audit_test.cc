// What the log and the audit log have of requests, over a real socket.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <sstream>

#include "auth/api_keys.h"
#include "base/audit_log.h"
#include "http/policy/wrong_keys.h"
#include "http/test_server.h"
#include "temp_folder.h"

namespace glovebox {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

const std::string kAuditKey = "gbx_0123456789ABCDEFabcdef";
const std::string kNoKey = "gbx_0000000000000000000000";

std::string bearer(const std::string& key) {
  return "Authorization: Bearer " + key + "\r\n";
}

class AuditedServerTest : public testing::Test {
 protected:
  AuditedServerTest() {
    ApiKey key;
    key.name = "ci";
    key.sha256 = hash_of_key(kAuditKey);
    EXPECT_TRUE(keys_.add(key));
    audit_ = AuditLog::open(path_, health_).value();
  }
  TestServer& start(HttpOptions options) {
    options.audit = audit_.get();
    return server_.emplace(std::move(options));
  }
  HttpOptions with_keys() {
    HttpOptions options;
    options.keys = &keys_;
    return options;
  }
  RawResponse execute(std::string fields) {
    return server_->ask(post_request("/api/execute", "application/json",
                                     R"({"toolId": "cppcheck", "projectId": "prj_1"})", fields));
  }
  // Also what is in the fields.
  std::vector<json::object> events() {
    std::vector<json::object> all;
    std::ifstream file(path_);
    for (std::string line; std::getline(file, line);) {
      json::object event = json::parse(line).as_object();
      json::object fields = event["fields"].as_object();
      for (auto& [name, value] : fields) event[name] = value;
      all.push_back(std::move(event));
    }
    return all;
  }
  std::string text() {
    std::stringstream text;
    text << std::ifstream(path_).rdbuf();
    return text.str();
  }

  TempFolder folder_;
  std::string path_ = folder_.path() / "audit.log";
  HealthBoard health_;
  ApiKeys keys_;
  std::unique_ptr<AuditLog> audit_;
  std::optional<TestServer> server_;
};

TEST_F(AuditedServerTest, ActsAreRecordedWithWhoAndWhat) {
  start(with_keys());
  std::string trace = "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n";
  RawResponse upload = server_->ask(
      post_request("/api/upload?name=a.zip", "application/zip", "PK", bearer(kAuditKey) + trace));
  EXPECT_EQ(upload.status, 201);
  EXPECT_THAT(upload.field("traceresponse"),
              testing::MatchesRegex("00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01"));
  RawResponse run = execute(bearer(kAuditKey));
  EXPECT_EQ(run.field("traceresponse"), "");
  server_->ask("DELETE /api/projects/prj_1 HTTP/1.1\r\n" + std::string(kHost) + bearer(kAuditKey) +
               "\r\n");
  auto all = events();
  ASSERT_EQ(all.size(), 3u) << text();
  EXPECT_EQ(all[0]["event"], "audit-upload");
  EXPECT_EQ(all[0]["client"], "key:ci");
  EXPECT_EQ(all[0]["address"], "ip:127.0.0.1");
  EXPECT_EQ(all[0]["traceId"], "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(all[0]["requestId"].as_string(), upload.field("X-Request-Id"));
  EXPECT_EQ(all[1]["event"], "audit-run");
  EXPECT_EQ(all[1]["job"], run.json()["jobId"]);
  EXPECT_EQ(all[1]["tool"], "cppcheck");
  EXPECT_EQ(all[1]["project"], "prj_1");
  EXPECT_EQ(all[2]["event"], "audit-delete");
}

TEST_F(AuditedServerTest, RefusedKeysAreRecordedWithoutTheKey) {
  start(with_keys());
  EXPECT_EQ(execute(bearer(kNoKey)).status, 401);
  EXPECT_EQ(execute(bearer(kAuditKey) + "X-API-Key: " + kNoKey + "\r\n").status, 401);
  EXPECT_EQ(execute("").status, 401);
  auto all = events();
  ASSERT_EQ(all.size(), 2u) << "a request without a key is no event\n" << text();
  EXPECT_EQ(all[0]["event"], "audit-key-refused");
  EXPECT_EQ(all[0]["reason"], "wrong");
  EXPECT_EQ(all[0]["client"], "ip:127.0.0.1");
  EXPECT_EQ(all[1]["reason"], "several");
  EXPECT_THAT(text(), Not(HasSubstr("gbx_")));
}

TEST_F(AuditedServerTest, AFloodOfWrongKeysIsBounded) {
  start(with_keys());
  for (std::size_t i = 0; i < WrongKeys::kMost + 20; ++i) execute(bearer(kNoKey));
  auto all = events();
  ASSERT_EQ(all.size(), WrongKeys::kMost + 1);
  EXPECT_EQ(all.back()["reason"], "too-many");
}

TEST_F(AuditedServerTest, HostileNamesStayInTheirField) {
  start({});
  server_->ask(post_request("/api/upload?name=%22%7D%0A%7B%22event%22:%22forged%1b%5b31m",
                            "application/zip", "PK"));
  auto all = events();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0]["event"], "audit-upload");
  EXPECT_THAT(text(), Not(HasSubstr("\x1b")));
}

class ProxiedServerTest : public AuditedServerTest {
 protected:
  HttpOptions behind_proxy() {
    HttpOptions options;
    options.trusted_user_header = "X-Remote-User";
    options.trusted_proxies = {"127.0.0.1"};
    return options;
  }
  ClientId client_of_last() { return server_->services().jobs.submitted().back().client; }
};

TEST_F(ProxiedServerTest, TheProxysUserIsTheClient) {
  start(behind_proxy());
  EXPECT_EQ(execute("X-Remote-User: anna\r\nX-Forwarded-For: 192.0.2.7\r\n").status, 200);
  EXPECT_EQ(client_of_last().str(), "user:anna");
  EXPECT_EQ(events().back()["address"], "ip:192.0.2.7");
}

TEST_F(ProxiedServerTest, WithoutAUserNothingIsDone) {
  start(behind_proxy());
  for (const char* fields :
       {"", "X-Remote-User:\r\n", "X_Remote_User: anna\r\n",
        "X-Remote-User: anna\r\nX-Remote-User: bob\r\n", "X-Remote-User: anna, bob\r\n"}) {
    EXPECT_EQ(execute(fields).status, 401) << fields;
  }
  EXPECT_TRUE(server_->services().jobs.submitted().empty());
  EXPECT_EQ(server_->get("/api/health").status, 200);
}

TEST_F(ProxiedServerTest, OthersAreNotBelieved) {
  HttpOptions options = behind_proxy();
  options.trusted_proxies = {"192.0.2.1"};
  start(options);
  EXPECT_EQ(execute("X-Remote-User: anna\r\n").status, 401);
  EXPECT_EQ(execute("X-Remote-User: anna\r\nX-Forwarded-For: 192.0.2.1\r\n").status, 401);
}

TEST_F(ProxiedServerTest, AKeyCountsBeforeTheUserAndAWrongOneIsRefused) {
  HttpOptions options = behind_proxy();
  options.keys = &keys_;
  start(options);
  EXPECT_EQ(execute("X-Remote-User: anna\r\n" + bearer(kAuditKey)).status, 200);
  EXPECT_EQ(client_of_last().str(), "key:ci");
  EXPECT_EQ(execute("X-Remote-User: anna\r\n" + bearer(kNoKey)).status, 401);
  EXPECT_EQ(execute("X-Remote-User: anna\r\nAuthorization: Basic eDp5\r\n").status, 200);
  EXPECT_EQ(client_of_last().str(), "user:anna");
}

TEST_F(ProxiedServerTest, WithoutTrustedProxiesTheServerDoesNotStart) {
  HttpOptions options = behind_proxy();
  options.trusted_proxies.clear();
  EXPECT_ANY_THROW(start(options));
}

}  // namespace
}  // namespace glovebox
