// From a tool's write to a client's event: N clients follow the job of `stamps`, whose lines
// contain their time of writing, and each line is compared with the clock when it arrives. Prints
// one line of JSON. `busy` is the fraction of the time that its own thread used a CPU: each latency
// includes the time in which this program reads the same event for the other clients.
#include <sys/epoll.h>
#include <sys/socket.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

#include "http_connection.h"
#include "latencies.h"

namespace glovebox {
namespace {

std::int64_t nanoseconds_of(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

// One follower. HTTP chunks are not parsed: an event of this job is never split over two chunks,
// and the searched text does not occur in their framing.
class Follower {
 public:
  Follower(std::uint16_t port, const std::string& job) : socket_(connect_to_loopback(port)) {
    send_all(socket_.get(), "GET /api/stream/" + job + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  }

  int fd() const { return socket_.get(); }
  std::size_t lines() const { return lines_; }

  // False after the last event of the job.
  bool receive(Latencies& latencies) {
    char buffer[16384];
    ssize_t got = ::recv(socket_.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    std::int64_t now = nanoseconds_of(CLOCK_MONOTONIC);
    if (got == 0) give_up("the server closed a stream before its end: " + text_);
    if (got > 0) text_.append(buffer, static_cast<std::size_t>(got));
    bool ended = text_.find("event: complete") != std::string::npos;
    take_stamps(now, latencies);
    return !ended;
  }

 private:
  void take_stamps(std::int64_t now, Latencies& latencies) {
    std::size_t end = text_.rfind("\n\n");
    if (end == std::string::npos) return;
    std::string_view whole = std::string_view(text_).substr(0, end);
    constexpr std::string_view kText = "\"text\":\"";
    for (std::size_t at = whole.find(kText); at != std::string_view::npos;
         at = whole.find(kText, at)) {
      at += kText.size();
      take_lines(whole.substr(at, whole.find('"', at) - at), now, latencies);
    }
    text_.erase(0, end);
  }

  // One event may have several lines; a newline is written as \n in JSON.
  void take_lines(std::string_view lines, std::int64_t now, Latencies& latencies) {
    while (!lines.empty()) {
      std::int64_t written = 0;
      std::from_chars(lines.data(), lines.data() + lines.size(), written);
      latencies.add(std::chrono::nanoseconds(now - written));
      ++lines_;
      std::size_t newline = lines.find("\\n");
      lines.remove_prefix(newline == std::string_view::npos ? lines.size() : newline + 2);
    }
  }

  UniqueFd socket_;
  std::string text_;
  std::size_t lines_ = 0;
};

struct Options {
  std::uint16_t port = 0;
  std::size_t streams = 100;
  std::size_t lines = 0;
  std::string job;
};

int run(const Options& options) {
  UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  std::vector<std::unique_ptr<Follower>> followers;
  for (std::size_t i = 0; i < options.streams; ++i) {
    followers.push_back(std::make_unique<Follower>(options.port, options.job));
    epoll_event event{.events = EPOLLIN, .data = {.ptr = followers.back().get()}};
    ::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, followers.back()->fd(), &event);
  }
  Latencies latencies;
  std::int64_t begun = nanoseconds_of(CLOCK_MONOTONIC);
  for (std::size_t open = followers.size(); open > 0;) {
    epoll_event ready[64];
    int count = ::epoll_wait(epoll.get(), ready, 64, 60'000);
    if (count == 0) give_up("no event for 60 s");
    for (int i = 0; i < count; ++i) {
      auto& follower = *static_cast<Follower*>(ready[i].data.ptr);
      if (follower.receive(latencies)) continue;
      ::epoll_ctl(epoll.get(), EPOLL_CTL_DEL, follower.fd(), nullptr);
      --open;
    }
  }
  for (const auto& follower : followers) {
    if (follower->lines() != options.lines) give_up("a stream lacks lines, or has too many");
  }
  double busy = static_cast<double>(nanoseconds_of(CLOCK_THREAD_CPUTIME_ID)) /
                static_cast<double>(nanoseconds_of(CLOCK_MONOTONIC) - begun);
  std::printf("{\"streams\": %zu, \"p50_us\": %.1f, \"p99_us\": %.1f, \"busy\": %.2f}\n",
              followers.size(), latencies.quantile_us(0.5), latencies.quantile_us(0.99), busy);
  return 0;
}

}  // namespace
}  // namespace glovebox

int main(int argc, char** argv) {
  using namespace glovebox;
  Options options;
  CLI::App app("Latency of events of a job of stamps");
  app.add_option("--port", options.port)->required();
  app.add_option("--streams", options.streams)->check(CLI::Range(1, 10'000));
  app.add_option("--lines", options.lines)->required();
  app.add_option("--job", options.job)->required();
  CLI11_PARSE(app, argc, argv);
  return run(options);
}
