#include "http/wire/timed_socket.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <optional>

namespace glovebox {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using Tcp = asio::ip::tcp;

class TimedSocketTest : public ::testing::Test {
 protected:
  TimedSocketTest() {
    Tcp::acceptor acceptor(loop_, Tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    peer_.connect(acceptor.local_endpoint());
    ours_.emplace(acceptor.accept());
  }

  static SteadyTime in(std::chrono::milliseconds time) {
    return std::chrono::steady_clock::now() + time;
  }
  void run(std::function<asio::awaitable<void>()> body) {
    asio::co_spawn(loop_, std::move(body), asio::detached);
    loop_.run();
  }
  asio::awaitable<IoStatus> read(SteadyTime deadline) {
    return ours_->read_some(buffer_, deadline);
  }
  void send() { asio::write(peer_, asio::buffer("x", 1)); }
  void send_later(std::chrono::milliseconds time) {
    later_.expires_after(time);
    later_.async_wait([this](const boost::system::error_code&) { send(); });
  }

  asio::io_context loop_{1};
  Tcp::socket peer_{loop_};
  asio::steady_timer later_{loop_};
  std::optional<TimedSocket> ours_;
  boost::beast::flat_buffer buffer_{1024};
};

TEST_F(TimedSocketTest, AnEarlierDeadlineThanTheLastOneCounts) {
  IoStatus first = IoStatus::kFailed;
  IoStatus second = IoStatus::kFailed;
  send();
  SteadyTime begin = std::chrono::steady_clock::now();
  run([&]() -> asio::awaitable<void> {
    first = co_await read(in(1h));
    second = co_await read(in(30ms));
  });
  EXPECT_EQ(first, IoStatus::kOk);
  EXPECT_EQ(second, IoStatus::kTimeout);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 30ms);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 30min);
}

// The timer of the first one fires while the second one waits.
TEST_F(TimedSocketTest, TheDeadlineOfAnEndedOperationDoesNotEndTheNextOne) {
  IoStatus second = IoStatus::kFailed;
  send();
  send_later(100ms);
  run([&]() -> asio::awaitable<void> {
    co_await read(in(20ms));
    second = co_await read(in(1h));
    ours_.reset();
  });
  EXPECT_EQ(second, IoStatus::kOk);
}

TEST_F(TimedSocketTest, ALaterDeadlineCountsAfterTheTimerHasFired) {
  IoStatus second = IoStatus::kFailed;
  IoStatus third = IoStatus::kFailed;
  send();
  SteadyTime begin = std::chrono::steady_clock::now();
  run([&]() -> asio::awaitable<void> {
    co_await read(in(20ms));
    second = co_await read(in(80ms));
    third = co_await read(in(10ms));
    ours_.reset();
  });
  EXPECT_EQ(second, IoStatus::kTimeout);
  EXPECT_EQ(third, IoStatus::kTimeout);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 90ms);
}

TEST_F(TimedSocketTest, ASocketThatIsDestroyedLeavesNoTimer) {
  send();
  run([&]() -> asio::awaitable<void> {
    co_await read(in(1h));
    ours_.reset();
  });  // returns, although an hour has not passed
}

}  // namespace
}  // namespace glovebox
