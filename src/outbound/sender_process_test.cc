#include "outbound/sender_process.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <csignal>
#include <fstream>
#include <optional>
#include <string>
#include <thread>

#include "base/unique_fd.h"

namespace glovebox {
namespace {

// Answers each connection on loopback with a fixed text; remembers the last request.
class LoopbackPeer {
 public:
  explicit LoopbackPeer(std::string answer) : answer_(std::move(answer)) {
    socket_.reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    auto* generic = reinterpret_cast<sockaddr*>(&address_);
    EXPECT_EQ(::bind(socket_.get(), generic, size), 0);
    EXPECT_EQ(::listen(socket_.get(), 8), 0);
    ::getsockname(socket_.get(), generic, &size);
  }
  ~LoopbackPeer() {
    ::shutdown(socket_.get(), SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
  }
  // After every fork.
  void start() {
    thread_ = std::thread([this] {
      for (;;) {
        UniqueFd peer(::accept(socket_.get(), nullptr, nullptr));
        if (!peer.valid()) return;
        char buffer[8192];
        ssize_t size = ::recv(peer.get(), buffer, sizeof buffer, 0);
        request_.assign(buffer, static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
        (void)::send(peer.get(), answer_.data(), answer_.size(), MSG_NOSIGNAL);
        ::shutdown(peer.get(), SHUT_WR);
        while (::recv(peer.get(), buffer, sizeof buffer, 0) > 0) continue;
      }
    });
  }
  std::string url(const std::string& host = "127.0.0.1") const {
    return "http://" + host + ":" + std::to_string(ntohs(address_.sin_port)) + "/hook";
  }
  const std::string& request() const { return request_; }

 private:
  std::string answer_;
  UniqueFd socket_;
  sockaddr_in address_{};
  std::string request_;
  std::thread thread_;
};

SenderOptions loopback_allowed() {
  SenderOptions options;
  options.allow_networks = {Network::parse("127.0.0.0/8").value()};
  return options;
}

// A sender and the loop that waits for it.
class SenderFixture {
 public:
  SenderFixture(const SenderOptions& options, LoopbackPeer& peer)
      : sender_(SenderProcess::begin(options).value()) {
    peer.start();
    outbound_ = sender_.make_outbound(loop_, health_);
    wait_until_ready();
  }

  void wait_until_ready() {
    auto most = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!outbound_->outage().empty() && std::chrono::steady_clock::now() < most) run_a_little();
    ASSERT_EQ(outbound_->outage(), "");
  }
  void run_a_little() {
    loop_.restart();
    loop_.run_for(std::chrono::milliseconds(20));
  }
  Result<OutboundAnswer> send(OutboundRequest request) {
    std::optional<Result<OutboundAnswer>> answer;
    begin(std::move(request), answer);
    while (!answer) run_a_little();
    return std::move(*answer);
  }
  void begin(OutboundRequest request, std::optional<Result<OutboundAnswer>>& answer) {
    boost::asio::co_spawn(
        loop_, outbound_->send(std::move(request)),
        [&answer](std::exception_ptr, Result<OutboundAnswer> got) { answer = std::move(got); });
  }
  // Of the sender itself.
  pid_t sender_pid() const {
    std::string keeper = std::to_string(sender_.pid());
    std::ifstream children("/proc/" + keeper + "/task/" + keeper + "/children");
    pid_t pid = 0;
    children >> pid;
    return pid;
  }
  Outbound& outbound() { return *outbound_; }

 private:
  SenderProcess sender_;
  boost::asio::io_context loop_{1};
  HealthBoard health_;
  std::unique_ptr<Outbound> outbound_;
};

OutboundRequest post_to(std::string url) {
  OutboundRequest request;
  request.url = std::move(url);
  request.body = "{\"a\":1}";
  request.headers = {{"content-type", "application/json"}, {"webhook-id", "msg_1"}};
  return request;
}

TEST(SenderProcessTest, SendsARequestAndPassesTheAnswerBack) {
  LoopbackPeer peer("HTTP/1.1 202 Accepted\r\nRetry-After: 3\r\nX-Other: 1\r\n\r\nthanks");
  SenderFixture sender(loopback_allowed(), peer);
  OutboundAnswer answer = sender.send(post_to(peer.url())).value();
  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(answer.header("retry-after"), "3");
  EXPECT_EQ(answer.header("x-other"), "");
  EXPECT_EQ(answer.body, "thanks");
  EXPECT_EQ(answer.address, "127.0.0.1");
  EXPECT_NE(peer.request().find("POST /hook HTTP/1.1\r\n"), std::string::npos);
  EXPECT_NE(peer.request().find("webhook-id: msg_1\r\n"), std::string::npos);
  EXPECT_NE(peer.request().find("\r\n\r\n{\"a\":1}"), std::string::npos);
}

TEST(SenderProcessTest, ReadsNoMoreOfTheAnswerThanItsBound) {
  LoopbackPeer peer("HTTP/1.1 200 OK\r\n\r\n" + std::string(64 << 10, 'x'));
  SenderFixture sender(loopback_allowed(), peer);
  OutboundRequest request = post_to(peer.url());
  request.most_answer_bytes = 1000;
  OutboundAnswer answer = sender.send(std::move(request)).value();
  EXPECT_EQ(answer.body.size(), 1000u);
  EXPECT_TRUE(answer.body_truncated);
}

TEST(SenderProcessTest, AnAnswerWithoutAStatusIsAFailureOfThatCallAlone) {
  LoopbackPeer peer("HTTP/1.1 000 nothing\r\nContent-Length: 0\r\n\r\n");
  SenderFixture sender(loopback_allowed(), peer);
  for (int i = 0; i < 2; ++i) {
    auto answer = sender.send(post_to(peer.url()));
    ASSERT_TRUE(answer.has_error());
    EXPECT_EQ(answer.error().kind(), ErrorKind::kUser) << answer.error().message();
  }
}

TEST(SenderProcessTest, RefusesAHeaderWithoutEnd) {
  LoopbackPeer peer("HTTP/1.1 200 OK\r\n" + [] {
    std::string fields;
    for (int i = 0; i < 2000; ++i) fields += "X-Field: 0123456789\r\n";
    return fields;
  }());
  SenderFixture sender(loopback_allowed(), peer);
  auto answer = sender.send(post_to(peer.url()));
  ASSERT_TRUE(answer.has_error());
  EXPECT_NE(answer.error().message().find("header is larger"), std::string::npos);
}

TEST(SenderProcessTest, RefusesLoopbackThatIsNotAllowedUnderEachOfItsNames) {
  LoopbackPeer peer("HTTP/1.1 200 OK\r\n\r\n");
  SenderFixture sender(SenderOptions(), peer);
  for (const char* host : {"127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "[::1]",
                           "[::ffff:127.0.0.1]", "0.0.0.0"}) {
    auto answer = sender.send(post_to(peer.url(host)));
    ASSERT_TRUE(answer.has_error()) << host;
    EXPECT_EQ(answer.error().kind(), ErrorKind::kForbidden) << host << answer.error().message();
  }
  EXPECT_EQ(peer.request(), "");
}

TEST(SenderProcessTest, ADeadSenderLosesItsCallsAndIsReplaced) {
  LoopbackPeer peer("HTTP/1.1 200 OK\r\n\r\n");
  SenderFixture sender(loopback_allowed(), peer);
  pid_t first = sender.sender_pid();
  std::optional<Result<OutboundAnswer>> lost;
  // Nobody accepts there: the peer's backlog takes the connection and nothing comes.
  UniqueFd silent(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{AF_INET, 0, {htonl(INADDR_LOOPBACK)}, {}};
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(silent.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(silent.get(), 1), 0);
  ::getsockname(silent.get(), reinterpret_cast<sockaddr*>(&address), &size);
  sender.begin(post_to("http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/"), lost);
  for (int i = 0; i < 10; ++i) sender.run_a_little();
  EXPECT_FALSE(lost);
  ASSERT_GT(first, 0);
  ASSERT_EQ(::kill(first, SIGKILL), 0);
  while (!lost) sender.run_a_little();
  EXPECT_EQ(lost->error().kind(), ErrorKind::kInternal);
  sender.wait_until_ready();
  EXPECT_NE(sender.sender_pid(), first);
  EXPECT_EQ(sender.send(post_to(peer.url())).value().status, 200);
}

TEST(SenderProcessTest, TakesOnlySoManyCallsAtATime) {
  LoopbackPeer peer("HTTP/1.1 200 OK\r\n\r\n");
  SenderFixture sender(loopback_allowed(), peer);
  std::vector<std::optional<Result<OutboundAnswer>>> answers(kMaxOutboundCalls + 1);
  for (auto& answer : answers) sender.begin(post_to(peer.url()), answer);
  std::size_t refused = 0, sent = 0;
  for (auto& answer : answers) {
    while (!answer) sender.run_a_little();
    refused += answer->has_error() && answer->error().kind() == ErrorKind::kQueueFull;
    sent += answer->has_value();
  }
  EXPECT_EQ(refused, 1u);
  EXPECT_EQ(sent, kMaxOutboundCalls);
}

}  // namespace
}  // namespace glovebox
