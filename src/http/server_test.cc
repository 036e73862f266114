// The routes of http-api.md over real sockets.
#include "http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/test_server.h"

namespace glovebox {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

constexpr const char* kExecute = R"({"toolId": "cppcheck", "projectId": "prj_1"})";

TEST(ServerTest, ListsToolsAndFindsOne) {
  TestServer server;
  RawResponse all = server.get("/api/tools");
  EXPECT_EQ(all.status, 200);
  EXPECT_EQ(all.json().at("tools").at(0).at("id").as_string(), "cppcheck");
  EXPECT_EQ(server.get("/api/tools/cppcheck").json().at("name").as_string(), "Cppcheck");
  RawResponse none = server.get("/api/tools/none");
  EXPECT_EQ(none.status, 404);
  EXPECT_EQ(none.error_type(), "NotFoundError");
}

TEST(ServerTest, ListsExamplesAndCreatesProjectsFromThem) {
  TestServer server;
  RawResponse examples = server.get("/api/examples/cppcheck");
  EXPECT_EQ(examples.json().at("examples").at(0).at("name").as_string(), "leak");
  RawResponse made =
      server.ask(post_request("/api/examples/cppcheck/leak", "application/json", ""));
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.field("Location"), "/api/projects/prj_1");
  EXPECT_EQ(server.ask(post_request("/api/examples/cppcheck/none", "a/b", "")).status, 404);
}

TEST(ServerTest, ShowsAndRemovesProjects) {
  TestServer server;
  server.services().projects.set_file("src/main.c", "int main;");
  RawResponse shown = server.get("/api/projects/prj_1");
  EXPECT_EQ(shown.status, 200);
  EXPECT_EQ(shown.json().at("files").at(0).at("path").as_string(), "src/main.c");
  EXPECT_EQ(server.get("/api/projects/prj_2").status, 404);
  std::string remove = "DELETE /api/projects/prj_1 HTTP/1.1\r\nHost: localhost\r\n\r\n";
  RawResponse removed = server.ask(remove);
  EXPECT_EQ(removed.status, 204);
  EXPECT_EQ(removed.field("Content-Length"), "");
}

TEST(ServerTest, SendsFilesAsAttachments) {
  TestServer server;
  std::string large(3'000'000, 'x');
  server.services().projects.set_file("src/größe \"1\".c", large);
  RawResponse file = server.get("/api/projects/prj_1/files/src/gr%C3%B6%C3%9Fe%20%221%22.c");
  EXPECT_EQ(file.status, 200);
  EXPECT_EQ(file.body, large);
  EXPECT_EQ(file.field("Content-Type"), "application/octet-stream");
  EXPECT_EQ(file.field("X-Content-Type-Options"), "nosniff");
  EXPECT_THAT(file.field("Content-Disposition"),
              StartsWith("attachment; filename=\"gr____e _1_.c\"; filename*=UTF-8''gr%C3%B6"));
}

TEST(ServerTest, AnEmptyFileIsAnEmptyResponse) {
  TestServer server;
  server.services().projects.set_file("empty", "");
  RawClient client = server.connect();
  client.send(get_request("/api/projects/prj_1/files/empty"));
  EXPECT_EQ(client.read_response().field("Content-Length"), "0");
  EXPECT_EQ(client.send(get_request("/api/ready")).read_response().status, 200);
}

TEST(ServerTest, T74FilesOutsideAProjectAreNotFound) {
  TestServer server;
  server.services().projects.set_file("ok", "x");
  EXPECT_EQ(server.get("/api/projects/prj_1/files/ok").status, 200);
  for (const char* path :
       {"../ok", "%2e%2e/%2e%2e/etc/passwd", "..%2f..%2fetc%2fpasswd", "%2fetc/passwd", "ok%00",
        "ok%00.txt", "..%5c..%5cok", "..\\ok", "./ok", "/ok", "", "ok/", "a//ok", "%0aok"}) {
    RawResponse response = server.get("/api/projects/prj_1/files/" + std::string(path));
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_EQ(response.error_type(), "NotFoundError") << path;
  }
}

TEST(ServerTest, ExecutesAndRespondsAtTheEnd) {
  TestServer server;
  RawResponse response = server.execute(kExecute);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.json().at("status").as_string(), "completed");
  EXPECT_EQ(response.json().at("output").at(1).as_string(), "second line");
  EXPECT_EQ(response.field("RateLimit-Policy"), "\"hourly\";q=20;w=3600");
  EXPECT_EQ(response.field("RateLimit"), "\"hourly\";r=12;t=1800");
  EXPECT_EQ(server.services().jobs.submitted().at(0).client.str(), "ip:127.0.0.1");
}

TEST(ServerTest, LargeOutputArrivesCompletely) {
  TestServer server;
  server.services().jobs.set_output(std::vector<std::string>(2000, std::string(1000, 'y')));
  RawResponse response = server.execute(kExecute);
  EXPECT_EQ(response.json().at("output").as_array().size(), 2000);
}

TEST(ServerTest, RespondsImmediatelyIfRequested) {
  TestServer server;
  server.services().jobs.hold_jobs();
  RawResponse streamed =
      server.execute(R"({"toolId": "cppcheck", "projectId": "prj_1", "stream": true})");
  EXPECT_EQ(streamed.status, 202);
  EXPECT_EQ(streamed.field("Location"), "/api/jobs/job_1");
  EXPECT_EQ(streamed.json().at("status").as_string(), "queued");
  EXPECT_EQ(streamed.json().at("position").as_int64(), 3);
  EXPECT_EQ(streamed.json().at("estimatedWaitMs").as_int64(), 1200);
  EXPECT_EQ(streamed.json().at("links").at("stream").as_string(), "/api/stream/job_1");
  RawResponse preferred = server.ask(
      post_request("/api/execute", "application/json", kExecute, "Prefer: respond-async\r\n"));
  EXPECT_EQ(preferred.status, 202);
  EXPECT_EQ(preferred.field("Preference-Applied"), "respond-async");
}

TEST(ServerTest, RefusalsOfTheServiceKeepTheirStatusAndHeaders) {
  TestServer server;
  server.services().jobs.fail_submit_with(
      Error(ErrorKind::kRateLimit, "Too many.").with_retry_after(std::chrono::seconds(77)));
  RawResponse limited = server.execute(kExecute);
  EXPECT_EQ(limited.status, 429);
  EXPECT_EQ(limited.error_type(), "RateLimitError");
  EXPECT_EQ(limited.field("Retry-After"), "77");
  EXPECT_EQ(limited.field("RateLimit-Policy"), "\"hourly\";q=20;w=3600");
  server.services().jobs.fail_submit_with(Error(ErrorKind::kConflict, "Not installed."));
  EXPECT_EQ(server.execute(kExecute).status, 409);
}

TEST(ServerTest, AnExceptionIsAnInternalErrorWithoutInternals) {
  TestServer server;
  server.services().jobs.fail_wait_by_throwing();
  RawResponse response = server.execute(kExecute);
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.error_type(), "InternalError");
  EXPECT_THAT(response.body, testing::Not(HasSubstr("secret")));
  EXPECT_THAT(response.body, HasSubstr(response.field("X-Request-Id")));
}

TEST(ServerTest, UnknownFieldsAreNamed) {
  TestServer server;
  RawResponse response =
      server.execute(R"({"toolId": "cppcheck", "projectId": "prj_1", "colour": 1})");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.error_type(), "ValidationError");
  EXPECT_EQ(response.json().at("error").at("details").at("field").as_string(), "colour");
}

TEST(ServerTest, ShowsJobsWithAndWithoutOutput) {
  TestServer server;
  server.execute(kExecute);
  EXPECT_TRUE(server.get("/api/jobs/job_1").json().contains("output"));
  EXPECT_FALSE(server.get("/api/jobs/job_1?output=false").json().contains("output"));
  EXPECT_EQ(server.get("/api/jobs/job_1?output=maybe").status, 400);
  EXPECT_EQ(server.get("/api/jobs/job_2").status, 404);
}

TEST(ServerTest, CancelsOnceAndThenReportsIt) {
  TestServer server;
  server.services().jobs.hold_jobs();
  server.execute(R"({"toolId": "cppcheck", "projectId": "prj_1", "stream": true})");
  std::string cancel = post_request("/api/jobs/job_1/cancel", "application/json", "");
  RawResponse first = server.ask(cancel);
  EXPECT_EQ(first.status, 202);
  EXPECT_EQ(first.json().at("status").as_string(), "cancelled");
  EXPECT_EQ(server.ask(cancel).status, 200);
  EXPECT_EQ(server.ask(post_request("/api/jobs/job_9/cancel", "a/b", "")).status, 404);
}

TEST(ServerTest, ReportsTheQueue) {
  TestServer server;
  RawResponse queue = server.get("/api/queue/status");
  EXPECT_EQ(queue.json().at("capacity").as_int64(), 1000);
  EXPECT_EQ(queue.json().at("estimatedWaitMs").as_int64(), 1200);
  EXPECT_EQ(queue.json().at("estimatedWaitSec").as_int64(), 2);
  EXPECT_EQ(server.get("/api/queue/status?jobId=none").status, 404);
}

TEST(ServerTest, ReportsHealthAndReadiness) {
  TestServer server;
  RawResponse health = server.get("/api/health");
  EXPECT_EQ(health.json().at("status").as_string(), "ok");
  EXPECT_EQ(health.json().at("isolation").at("tier").as_string(), "namespaces");
  EXPECT_EQ(server.get("/api/ready").status, 200);
  server.services().status.set_draining();
  RawResponse draining = server.get("/api/ready");
  EXPECT_EQ(draining.status, 503);
  EXPECT_EQ(draining.error_type(), "QueueFullError");
  EXPECT_NE(draining.field("Retry-After"), "");
  EXPECT_EQ(server.get("/api/health").json().at("status").as_string(), "draining");
}

TEST(ServerTest, ReportsFaultsAndIsNotReadyWhileItAcceptsNoJobs) {
  TestServer server;
  HealthBoard& board = server.services().status.board();
  EXPECT_TRUE(server.get("/api/health").json().at("reasons").as_array().empty());
  board.report({"slow", "it is slow", HealthEffect::kDegraded});
  boost::json::object health = server.get("/api/health").json();
  EXPECT_EQ(health.at("status").as_string(), "degraded");
  const boost::json::object& slow = health.at("reasons").as_array().at(0).as_object();
  EXPECT_EQ(slow.at("code").as_string(), "slow");
  EXPECT_EQ(slow.at("message").as_string(), "it is slow");
  EXPECT_FALSE(slow.at("takesNoJobs").as_bool());
  EXPECT_EQ(server.get("/api/ready").status, 200);
  board.report({"no_slot", "jobs wait", HealthEffect::kHoldsJobs});
  EXPECT_EQ(server.get("/api/health").json().at("status").as_string(), "degraded");
  EXPECT_EQ(server.get("/api/ready").status, 503);
  EXPECT_THAT(server.get("/api/ready").body, HasSubstr("jobs wait"));
  board.report({"no_sandbox", "the launcher is gone", HealthEffect::kTakesNoJobs});
  EXPECT_EQ(server.get("/api/health").json().at("status").as_string(), "unavailable");
  RawResponse unready = server.get("/api/ready");
  EXPECT_EQ(unready.status, 503);
  EXPECT_EQ(unready.field("Retry-After"), "5");
  EXPECT_THAT(unready.body, HasSubstr("the launcher is gone"));
}

TEST(ServerTest, ThePageIsInert) {
  TestServer server;
  RawResponse page = server.get("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.field("Content-Type"), StartsWith("text/html"));
  EXPECT_THAT(page.field("Content-Security-Policy"), HasSubstr("default-src 'none'"));
  EXPECT_THAT(page.body, HasSubstr("/api/tools"));
  EXPECT_THAT(page.body, testing::Not(HasSubstr("<script")));
}

TEST(ServerTest, EveryResponseHasItsOwnRequestId) {
  TestServer server;
  RawResponse one = server.ask(get_request("/api/ready", "X-Request-Id: mine\r\n"));
  RawResponse two = server.get("/nowhere");
  EXPECT_THAT(one.field("X-Request-Id"), MatchesRegex("req_[0-9A-Za-z]{22}"));
  EXPECT_THAT(two.field("X-Request-Id"), MatchesRegex("req_[0-9A-Za-z]{22}"));
  EXPECT_NE(one.field("X-Request-Id"), two.field("X-Request-Id"));
  EXPECT_EQ(one.field("Cache-Control"), "no-store");
}

TEST(ServerTest, WrongMethodsGetTheAllowedOnes) {
  TestServer server;
  RawResponse response = server.ask("DELETE /api/tools HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(response.error_type(), "NotFoundError");
  EXPECT_EQ(response.field("Allow"), "GET, HEAD");
  EXPECT_EQ(server.get("/api/execute").field("Allow"), "POST");
  RawResponse options = server.ask("OPTIONS /api/projects/x HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.field("Allow"), "GET, HEAD, DELETE, OPTIONS");
  EXPECT_EQ(server.ask("OPTIONS /no HTTP/1.1\r\nHost: localhost\r\n\r\n").status, 404);
}

TEST(ServerTest, TwoEmptyLinesBeforeARequestAreSkippedAndAThirdIsNot) {
  TestServer server;
  for (const char* lines : {"", "\r\n", "\r\n\r\n"}) {
    EXPECT_EQ(server.ask(lines + get_request("/api/health")).status, 200);
  }
  EXPECT_EQ(server.ask("\r\n\r\n\r\n" + get_request("/api/health")).status, 400);
  RawClient client = server.connect();
  for (int i = 0; i < 2; ++i) {
    client.send(get_request("/api/health") + "\r\n\r\n");
    EXPECT_EQ(client.read_response().status, 200);
  }
}

TEST(ServerTest, HeadIsGetWithoutTheBody) {
  TestServer server;
  RawClient client = server.connect();
  std::string length =
      client.send(get_request("/api/tools")).read_response().field("Content-Length");
  client.send("HEAD /api/tools HTTP/1.1\r\nHost: localhost\r\n\r\n");
  RawResponse head = client.read_response(Body::kNone);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.field("Content-Length"), length);
  EXPECT_EQ(client.send(get_request("/api/ready")).read_response().status, 200);
}

TEST(ServerTest, ConnectionsAreKeptAliveAsTheClientRequests) {
  TestServer server;
  RawClient kept = server.connect();
  EXPECT_EQ(kept.send(get_request("/api/ready")).read_response().field("Connection"), "keep-alive");
  RawResponse last = kept.send(get_request("/api/ready", "Connection: close\r\n")).read_response();
  EXPECT_EQ(last.field("Connection"), "close");
  EXPECT_TRUE(kept.ends());
  RawClient old = server.connect();
  old.send("GET /api/ready HTTP/1.0\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(old.read_response().field("Connection"), "close");
  EXPECT_TRUE(old.ends());
}

TEST(ServerTest, AnUnreadBodyIsSkippedOrEndsTheConnection) {
  TestServer server;
  RawClient client = server.connect();
  client.send(post_request("/nowhere", "a/b", "GET /smuggled HTTP/1.1\r\n\r\n"));
  EXPECT_EQ(client.read_response().status, 404);
  EXPECT_EQ(client.send(get_request("/api/ready")).read_response().status, 200);
  client.send("POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999\r\n\r\nsome");
  EXPECT_EQ(client.read_response().field("Connection"), "close");
  client.finish_sending();
  EXPECT_TRUE(client.ends());
}

TEST(ServerTest, MalformedOptionsAreRefusedByName) {
  boost::asio::io_context context;
  FakeServices services;
  auto make = [&](auto change) {
    HttpOptions options;
    options.port = 0;
    change(options);
    auto server = make_http_server(context, services.parts(), options);
    return server ? std::string() : server.error().message();
  };
  EXPECT_EQ(make([](HttpOptions&) {}), "");
  EXPECT_THAT(make([](HttpOptions& o) { o.address = "example"; }), HasSubstr("listen"));
  EXPECT_THAT(make([](HttpOptions& o) { o.trusted_proxies = {"x"}; }),
              HasSubstr("trusted_proxies"));
  EXPECT_THAT(make([](HttpOptions& o) { o.allowed_hosts = {"a b"}; }), HasSubstr("allowed_hosts"));
  EXPECT_THAT(make([](HttpOptions& o) { o.public_url = "x"; }), HasSubstr("public_url"));
  EXPECT_THAT(make([](HttpOptions& o) { o.address = "192.0.2.1"; }), HasSubstr("bind"));
}

TEST(ServerTest, ItsUrlHasBracketsAroundIPv6) {
  boost::asio::io_context context;
  FakeServices services;
  HttpOptions options;
  options.address = "::1";
  options.port = 0;
  auto server = make_http_server(context, services.parts(), options);
  if (!server) GTEST_SKIP() << "no IPv6 here: " << server.error().message();
  EXPECT_THAT((*server)->url(), StartsWith("http://[::1]:"));
}

TEST(MetricsServerTest, HasMetricsAndNothingElse) {
  boost::asio::io_context loop(1);
  HttpOptions options;
  options.port = 0;
  options.metrics = [] { return "glovebox_ready 1\n"; };
  auto server = make_metrics_server(loop, std::move(options)).value();
  auto work = boost::asio::make_work_guard(loop);
  std::thread thread([&loop] { loop.run(); });
  auto get = [&](std::string_view path) {
    return RawClient(server->port()).send(get_request(path)).read_response();
  };
  EXPECT_EQ(get("/metrics").body, "glovebox_ready 1\n");
  for (const char* path : {"/", "/api/health", "/api/tools"}) EXPECT_EQ(get(path).status, 404);
  boost::asio::post(loop, [&] {
    server->stop();
    work.reset();
  });
  thread.join();
}

TEST(MetricsServerTest, MetricsAreNotAmongTheRoutesWithoutKeys) {
  TestServer server;
  RawResponse response = server.get("/metrics");
  EXPECT_EQ(response.status, 404);
  EXPECT_THAT(response.error_message(), testing::HasSubstr("[metrics] listen"));
}

}  // namespace
}  // namespace glovebox
