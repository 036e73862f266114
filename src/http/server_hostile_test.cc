// Threats E of the threat model, on the wire.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <sstream>

#include "base/log.h"
#include "http/test_server.h"

namespace glovebox {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kExecute = R"({"toolId": "cppcheck", "projectId": "prj_1"})";

// Checks the refusal, and that what follows is not treated as a request.
void expect_refused_and_closed(const TestServer& server, std::string_view bytes, int status = 400) {
  RawClient client = server.connect();
  client.send(bytes).send(get_request("/api/ready"));
  RawResponse response = client.read_response();
  EXPECT_EQ(response.status, status) << bytes.substr(0, 200);
  EXPECT_EQ(response.field("Connection"), "close");
  EXPECT_NE(response.field("X-Request-Id"), "");
  EXPECT_FALSE(response.error_type().empty());
  client.finish_sending();
  EXPECT_TRUE(client.ends()) << bytes.substr(0, 200);
}

TEST(HostileTest, T63OversizedHeadsAndTargetsAreRefused) {
  TestServer server;
  std::string line = "GET / HTTP/1.1\r\nHost: localhost\r\n";
  expect_refused_and_closed(server, line + "X: " + std::string(20'000, 'x') + "\r\n\r\n", 431);
  std::string fields;
  for (int i = 0; i < 101; ++i) fields += "x: y\r\n";
  expect_refused_and_closed(server, line + fields + "\r\n", 431);
  expect_refused_and_closed(server, get_request("/" + std::string(9000, 'x')), 414);
  expect_refused_and_closed(server, get_request("/" + std::string(40'000, 'x')), 414);
}

TEST(HostileTest, T64AmbiguousFramingIsRefusedAndTheConnectionClosed) {
  TestServer server;
  std::string post = "POST /api/execute HTTP/1.1\r\nHost: localhost\r\n";
  EXPECT_EQ(
      server.ask(post + "Content-Length: 2\r\nContent-Type: application/json\r\n\r\n{}").status,
      400);
  for (const char* fields : {
           "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
           "Content-Length: 4\r\nContent-Length: 4\r\n",
           "Content-Length: 4\r\nContent-Length: 5\r\n",
           "Content-Length: +5\r\n",
           "Content-Length: 5 \t5\r\n",
           "Transfer-Encoding: xchunked\r\n",
           "Transfer-Encoding: chunked, identity\r\n",
           "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
           "Transfer-Encoding:\v chunked\r\n",
           "X: a\r\n Transfer-Encoding: chunked\r\n",
           "Transfer-Encoding : chunked\r\n",
           "Content-Length : 5\r\n",
           "X: a\nContent-Length: 5\r\n",
           "X: a\rContent-Length: 5\r\n",
           "X\r\n",
       }) {
    expect_refused_and_closed(server, post + fields + "\r\n0\r\n\r\n");
  }
  expect_refused_and_closed(server, "GET / HTTP/1.1\nHost: localhost\n\n");
  expect_refused_and_closed(server, "GET / HTTP/1.1\r\n\r\n");
  expect_refused_and_closed(server, "GET / HTTP/0.9\r\nHost: localhost\r\n\r\n");
  expect_refused_and_closed(server, "\x16\x03\x01\x02\x00\x01\r\n\r\n");
}

TEST(HostileTest, T64OddChunksAreRefusedAndTheConnectionClosed) {
  TestServer server;
  std::string head =
      "POST /api/upload HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const char* body : {"+5\r\nhello\r\n0\r\n\r\n", "5\r\nhelloXX0\r\n\r\n",
                           "0x5\r\nhello\r\n0\r\n\r\n", "fffffffffffffffff\r\n"}) {
    expect_refused_and_closed(server, head + body);
  }
  expect_refused_and_closed(server, head + "1;" + std::string(100'000, 'x'));
}

TEST(HostileTest, T65TenThousandPipelinedRequestsGetResponsesInOrder) {
  TestServer server;
  RawClient client = server.connect();
  constexpr int kRequests = 10'000;
  std::thread sender([&] {
    std::string all;
    for (int i = 0; i < kRequests; ++i) all += get_request(i % 2 == 0 ? "/api/ready" : "/nowhere");
    client.send(all);
  });
  int in_order = 0;
  for (int i = 0; i < kRequests; ++i) {
    in_order += client.read_response().status == (i % 2 == 0 ? 200 : 404) ? 1 : 0;
  }
  sender.join();
  EXPECT_EQ(in_order, kRequests);
}

TEST(HostileTest, T66AnOversizedJsonBodyIsRefusedEarly) {
  TestServer server;
  RawClient client = server.connect();
  client.send(
      "POST /api/execute HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Content-Length: 1048577\r\n\r\n");
  EXPECT_EQ(client.read_response().status, 413);
  RawClient chunked = server.connect();
  chunked.send(
      "POST /api/execute HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Transfer-Encoding: chunked\r\n\r\n100001\r\n");
  chunked.send_what_is_taken(std::string(0x100001, ' '));
  EXPECT_EQ(chunked.read_response().status, 413);
}

TEST(HostileTest, T67HostileJsonIsRefused) {
  TestServer server;
  EXPECT_EQ(server.execute(kExecute).status, 200);
  for (const std::string& body :
       {std::string(100'000, '['), std::string(R"({"toolId": "a", "toolId": "b"})"),
        std::string(R"({"toolId": "a", "projectId": "b", "timeoutMs": 1e400})"),
        std::string("{\"toolId\": \"\xff\", \"projectId\": \"b\"}"), std::string("{"),
        std::string()}) {
    RawResponse response = server.execute(body);
    EXPECT_EQ(response.status, 400) << body.substr(0, 100);
    EXPECT_EQ(response.error_type(), "ValidationError");
  }
  EXPECT_EQ(server.services().jobs.submitted().size(), 1);
}

TEST(HostileTest, T69ForwardedForCountsOnlyFromATrustedProxy) {
  std::string request = post_request("/api/execute", "application/json", kExecute,
                                     "X-Forwarded-For: 198.51.100.7\r\n");
  TestServer direct;
  direct.ask(request);
  EXPECT_EQ(direct.services().jobs.submitted().at(0).client.str(), "ip:127.0.0.1");
  HttpOptions options;
  options.trusted_proxies = {"127.0.0.0/8"};
  TestServer behind_proxy(options);
  behind_proxy.ask(request);
  EXPECT_EQ(behind_proxy.services().jobs.submitted().at(0).client.str(), "ip:198.51.100.7");
}

TEST(HostileTest, T73ForeignHostsOriginsAndPlainTextAreRefused) {
  TestServer server;
  auto post = [&](std::string_view host, std::string_view fields, std::string_view type) {
    std::string body = kExecute;
    return server.ask("POST /api/execute HTTP/1.1\r\nHost: " + std::string(host) + "\r\n" +
                      std::string(fields) + std::string(type) +
                      "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  };
  std::string json = "Content-Type: application/json\r\n";
  EXPECT_EQ(post("localhost:1", "Origin: http://localhost:1\r\n", json).status, 200);
  EXPECT_EQ(post("localhost", "", "Content-Type: Application/JSON; charset=utf-8\r\n").status, 200);
  for (const RawResponse& response : {
           post("evil.example", "", json),
           post("localhost", "Origin: http://evil.example\r\n", json),
           post("localhost", "Origin: null\r\n", json),
           server.ask("GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n"),
           server.ask("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"),
       }) {
    EXPECT_EQ(response.status, 403);
    EXPECT_EQ(response.error_type(), "ForbiddenError");
  }
  // What a page of another site may send without a preflight never runs, even without an Origin.
  for (const RawResponse& response : {
           post("localhost", "", "Content-Type: text/plain\r\n"),
           post("localhost", "", "Content-Type: text/plain;application/json\r\n"),
           post("localhost", "", "Content-Type: application/x-www-form-urlencoded\r\n"),
           post("localhost", "", ""),
           server.ask(post_request("/api/upload", "text/plain", "x")),
       }) {
    EXPECT_EQ(response.status, 415);
    EXPECT_EQ(response.error_type(), "ValidationError");
  }
  EXPECT_EQ(server.services().jobs.submitted().size(), 2);
}

// Captures the log while it exists.
class CapturedLog {
 public:
  CapturedLog() : before_(spdlog::default_logger()) {
    auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(text_);
    spdlog::set_default_logger(std::make_shared<spdlog::logger>("test", sink));
    spdlog::default_logger()->set_pattern("%v");
  }
  ~CapturedLog() { spdlog::set_default_logger(before_); }
  std::string text() const { return text_.str(); }

 private:
  std::shared_ptr<spdlog::logger> before_;
  std::ostringstream text_;
};

TEST(HostileTest, T75HostileTextIsOneEscapedLogLineAndNoHeader) {
  CapturedLog log;
  {
    TestServer server;
    RawResponse response = server.ask(
        get_request("/api/tools/a%0d%0aSet-Cookie:%20x%1b", "User-Agent: curl\xff\"\tx\r\n"));
    EXPECT_EQ(response.status, 404);
    EXPECT_EQ(response.field("Set-Cookie"), "");
    server.ask("GET / HTTP/1.1\r\nHost: localhost\r\nX: \x1b[31m\r\n\r\n");
  }
  std::string text = log.text();
  EXPECT_THAT(text, HasSubstr("\"curl\\xff\\x22\\x09x\""));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2) << text;
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace glovebox
