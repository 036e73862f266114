// Clients that are slow, that disconnect, and that are too many; and how the server stops.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_future.hpp>

#include "http/test_server.h"

namespace glovebox {
namespace {

constexpr const char* kExecute = R"({"toolId": "cppcheck", "projectId": "prj_1"})";

std::string execute_request() {
  return post_request("/api/execute", "application/json", kExecute);
}

HttpOptions impatient() {
  HttpOptions options;
  options.deadlines.head = std::chrono::milliseconds(300);
  options.deadlines.body_idle = std::chrono::milliseconds(300);
  options.deadlines.idle = std::chrono::milliseconds(300);
  options.deadlines.write = std::chrono::milliseconds(300);
  options.deadlines.linger = std::chrono::milliseconds(100);
  return options;
}

TEST(PeerTest, T61FiveHundredSlowClientsAreEndedAndOthersAreServedMeanwhile) {
  TestServer server(impatient());
  std::vector<RawClient> slow;
  for (int i = 0; i < 250; ++i) {
    slow.push_back(server.connect());
    slow.back().send("GET / HTTP/1.1\r\nHost: local");
    slow.push_back(server.connect());
    slow.back().send("POST /api/upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx");
    if (i % 50 == 0) {
      EXPECT_EQ(server.get("/api/ready").status, 200);
    }
  }
  EXPECT_EQ(server.get("/api/ready").status, 200);
  for (RawClient& client : slow) {
    RawResponse response = client.read_response();
    EXPECT_EQ(response.status, 408);
    EXPECT_EQ(response.error_type(), "UserError");
    client.finish_sending();
    EXPECT_TRUE(client.ends());
  }
  server.wait_for_connections(0);
}

TEST(PeerTest, T61ABodyBelowTheMinimumRateIsEnded) {
  HttpOptions options = impatient();
  options.body_bytes_per_second = 1'000'000;
  TestServer server(options);
  RawClient client = server.connect();
  client.send("POST /api/upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999\r\n\r\n");
  std::atomic<bool> ended = false;
  // Each byte arrives well within the idle deadline.
  std::thread trickle([&] {
    while (!ended) {
      client.send_what_is_taken("x");
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  });
  EXPECT_EQ(client.read_response().status, 408);
  ended = true;
  trickle.join();
}

TEST(PeerTest, IdleConnectionsAreClosedSilently) {
  TestServer server(impatient());
  RawClient silent = server.connect();
  EXPECT_TRUE(silent.ends());
  RawClient kept = server.connect();
  EXPECT_EQ(kept.send(get_request("/api/ready")).read_response().status, 200);
  EXPECT_TRUE(kept.ends());
}

TEST(PeerTest, AReaderThatStopsIsDisconnected) {
  TestServer server(impatient());
  server.services().projects.set_file("large", std::string(20'000'000, 'x'));
  RawClient client(server.port(), 4096);
  client.send(get_request("/api/projects/prj_1/files/large"));
  server.wait_for_connections(1);
  server.wait_for_connections(0);
  EXPECT_ANY_THROW(client.read_response()) << "the body must have been cut";
}

TEST(PeerTest, AClientThatLeavesAbandonsItsJob) {
  TestServer server;
  server.services().jobs.hold_jobs();
  RawClient closes = server.connect();
  closes.send(execute_request());
  ASSERT_TRUE(server.services().jobs.wait_for_waiting(1));
  closes.close();
  EXPECT_TRUE(server.services().jobs.wait_for_abandoned(1));
  RawClient resets = server.connect();
  resets.send(execute_request());
  ASSERT_TRUE(server.services().jobs.wait_for_waiting(2));
  resets.reset();
  EXPECT_TRUE(server.services().jobs.wait_for_abandoned(2));
  server.wait_for_connections(0);
}

TEST(PeerTest, AClientThatLeavesIsNoticedBehindPipelinedRequests) {
  TestServer server;
  server.services().jobs.hold_jobs();
  RawClient client = server.connect();
  client.send(execute_request());
  ASSERT_TRUE(server.services().jobs.wait_for_waiting(1));
  // More than the server will buffer.
  std::string more;
  while (more.size() < 100'000) more += get_request("/api/ready");
  client.send(more);
  client.close();
  EXPECT_TRUE(server.services().jobs.wait_for_abandoned(1));
  server.wait_for_connections(0);
}

TEST(PeerTest, PipelinedRequestsSurviveTheWaitForAJob) {
  TestServer server;
  server.services().jobs.hold_jobs();
  RawClient client = server.connect();
  client.send(execute_request());
  ASSERT_TRUE(server.services().jobs.wait_for_waiting(1));
  client.send(get_request("/api/ready")).send(get_request("/nowhere"));
  server.services().jobs.finish_jobs(server.loop());
  EXPECT_EQ(client.read_response().status, 200);
  EXPECT_EQ(client.read_response().status, 200);
  EXPECT_EQ(client.read_response().status, 404);
  EXPECT_EQ(server.services().jobs.abandoned(), 0);
}

TEST(PeerTest, ConnectionsOverTheBoundGetAnError) {
  HttpOptions options;
  options.connections = 3;
  TestServer server(options);
  std::vector<RawClient> open;
  for (int i = 0; i < 3; ++i) {
    open.push_back(server.connect());
    EXPECT_EQ(open.back().send(get_request("/api/ready")).read_response().status, 200);
  }
  RawClient refused = server.connect();
  RawResponse response = refused.read_response();
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.error_type(), "QueueFullError");
  EXPECT_NE(response.field("X-Request-Id"), "");
  open.pop_back();
  server.wait_for_connections(2);
  EXPECT_EQ(server.get("/api/ready").status, 200);
}

TEST(PeerTest, ConnectionsOfOneAddressAreBounded) {
  HttpOptions options;
  options.connections_per_address = 2;
  {
    TestServer uncounted(options);
    RawClient a = uncounted.connect(), b = uncounted.connect(), c = uncounted.connect();
    EXPECT_EQ(c.send(get_request("/api/ready")).read_response().status, 200);
  }
  options.count_loopback = true;
  TestServer server(options);
  RawClient first = server.connect(), second = server.connect();
  server.wait_for_connections(2);
  EXPECT_EQ(server.connect().read_response().status, 503);
  first.close();
  server.wait_for_connections(1);
  EXPECT_EQ(server.get("/api/ready").status, 200);
}

TEST(PeerTest, RunningOutOfDescriptorsRefusesAndRecovers) {
  TestServer server;
  RawClient before = server.connect();
  EXPECT_EQ(before.send(get_request("/api/ready")).read_response().status, 200);
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  // The client of this test uses the last free descriptor, so the server has none for accept().
  UniqueFd probe(::dup(0));
  rlimit tight = limit;
  tight.rlim_cur = static_cast<rlim_t>(probe.get()) + 1;
  probe.reset();
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
  {
    RawClient starved = server.connect();
    EXPECT_EQ(starved.read_response().status, 503);
  }
  ::setrlimit(RLIMIT_NOFILE, &limit);
  EXPECT_EQ(before.send(get_request("/api/ready")).read_response().status, 200);
  EXPECT_EQ(server.get("/api/ready").status, 200);
}

TEST(ShutdownTest, FinishWaitsForRunningRequestsAndClosesIdleConnections) {
  TestServer server;
  server.services().jobs.hold_jobs();
  RawClient idle = server.connect();
  EXPECT_EQ(idle.send(get_request("/api/ready")).read_response().status, 200);
  RawClient running = server.connect();
  running.send(execute_request());
  ASSERT_TRUE(server.services().jobs.wait_for_waiting(1));
  auto finished = boost::asio::co_spawn(
      server.loop(), server.server().finish(std::chrono::seconds(30)), boost::asio::use_future);
  EXPECT_TRUE(idle.ends());
  EXPECT_ANY_THROW(server.connect());
  server.services().jobs.finish_jobs(server.loop());
  RawResponse last = running.read_response();
  EXPECT_EQ(last.status, 200);
  EXPECT_EQ(last.field("Connection"), "close");
  running.close();
  finished.get();
}

TEST(ShutdownTest, FinishClosesRemainingConnectionsAfterItsGracePeriod) {
  TestServer server;
  server.services().jobs.hold_jobs();
  RawClient running = server.connect();
  running.send(execute_request());
  ASSERT_TRUE(server.services().jobs.wait_for_waiting(1));
  boost::asio::co_spawn(server.loop(), server.server().finish(std::chrono::milliseconds(50)),
                        boost::asio::use_future)
      .get();
  EXPECT_TRUE(running.ends());
  EXPECT_TRUE(server.services().jobs.wait_for_abandoned(1));
}

}  // namespace
}  // namespace glovebox
