// HTTP load with little overhead: one thread, epoll(7), N keep-alive connections to a server on
// loopback, each with one request after the other. The requests are prepared before the clock
// starts. Of a response it reads only the status, the Content-Length and, if requested, whether it
// contains a text. Prints one line of JSON. `busy` is the fraction of the time that its own thread
// used a CPU: near 1, it was the bottleneck, not the server.
#include <sys/epoll.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "http_connection.h"
#include "latencies.h"

namespace glovebox {
namespace {

struct Options {
  std::uint16_t port = 0;
  std::size_t connections = 8;
  double seconds = 3;
  std::size_t requests = 0;  // instead of seconds, if not 0
  std::string method = "GET";
  std::string path = "/";
  std::string paths_from;  // a file with one path per line, each requested once
  std::string body;
  std::string expect;      // text that each body must contain
  std::string answers_to;  // a file to which each body is appended as a line
  std::vector<int> statuses = {200};
};

double seconds_of(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

std::string request_text(const Options& options, const std::string& path) {
  std::string text = options.method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
  if (options.method != "GET") {
    text +=
        "Content-Type: application/json\r\nContent-Length: " + std::to_string(options.body.size()) +
        "\r\n";
  }
  return text + "\r\n" + options.body;
}

std::vector<std::string> all_requests(const Options& options) {
  if (options.paths_from.empty()) return {request_text(options, options.path)};
  std::vector<std::string> requests;
  std::ifstream file(options.paths_from);
  for (std::string path; std::getline(file, path);) requests.push_back(request_text(options, path));
  return requests;
}

class Load {
 public:
  explicit Load(const Options& options)
      : options_(options),
        requests_(all_requests(options)),
        epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
    if (!options.answers_to.empty()) answers_.open(options.answers_to);
    for (std::size_t i = 0; i < options.connections; ++i) {
      connections_.push_back(std::make_unique<HttpConnection>(options.port));
    }
    for (auto& connection : connections_) {
      epoll_event event{.events = EPOLLIN, .data = {.ptr = connection.get()}};
      ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, connection->fd(), &event);
    }
  }

  void run() {
    double begun = seconds_of(CLOCK_MONOTONIC), busy = seconds_of(CLOCK_THREAD_CPUTIME_ID);
    end_ = begun + options_.seconds;
    for (auto& connection : connections_) ask(*connection);
    while (waiting_ > 0) serve();
    took_ = seconds_of(CLOCK_MONOTONIC) - begun;
    busy_ = (seconds_of(CLOCK_THREAD_CPUTIME_ID) - busy) / took_;
  }

  void print() const {
    std::printf(
        "{\"requests\": %zu, \"failed\": %zu, \"seconds\": %.4f, \"per_s\": %.1f, "
        "\"p50_us\": %.1f, \"p90_us\": %.1f, \"p99_us\": %.1f, \"busy\": %.2f}\n",
        done_, failed_, took_, static_cast<double>(done_) / took_, latencies_.quantile_us(0.5),
        latencies_.quantile_us(0.9), latencies_.quantile_us(0.99), busy_);
  }

  bool all_fine() const { return failed_ == 0 && done_ > 0; }

 private:
  void ask(HttpConnection& connection) {
    bool once = !options_.paths_from.empty();
    std::size_t most = once ? requests_.size() : options_.requests;
    if (most > 0 ? next_ == most : seconds_of(CLOCK_MONOTONIC) >= end_) return;
    connection.send(once ? requests_[next_] : requests_.front());
    ++next_;
    ++waiting_;
  }

  void serve() {
    epoll_event ready[64];
    int count = ::epoll_wait(epoll_.get(), ready, 64, 60'000);
    if (count == 0) give_up("no response for 60 s");
    for (int i = 0; i < count; ++i) {
      auto& connection = *static_cast<HttpConnection*>(ready[i].data.ptr);
      if (!connection.receive()) continue;
      --waiting_;
      count_answer(connection);
      ask(connection);
    }
  }

  void count_answer(const HttpConnection& connection) {
    const std::vector<int>& fine = options_.statuses;
    bool status = std::find(fine.begin(), fine.end(), connection.status()) != fine.end();
    bool body = connection.body().find(options_.expect) != std::string_view::npos;
    if (status && body) {
      ++done_;
      latencies_.add(connection.waited());
      if (answers_.is_open()) answers_ << connection.body() << '\n';
      return;
    }
    if (failed_++ > 0) return;  // one is enough to diagnose the problem
    std::fprintf(stderr, "status %d: %.*s\n", connection.status(),
                 static_cast<int>(std::min<std::size_t>(connection.body().size(), 400)),
                 connection.body().data());
  }

  const Options& options_;
  std::vector<std::string> requests_;
  std::size_t next_ = 0;
  UniqueFd epoll_;
  std::ofstream answers_;
  std::vector<std::unique_ptr<HttpConnection>> connections_;
  std::size_t waiting_ = 0, done_ = 0, failed_ = 0;
  double end_ = 0, took_ = 0, busy_ = 0;
  Latencies latencies_;
};

}  // namespace
}  // namespace glovebox

int main(int argc, char** argv) {
  using namespace glovebox;
  Options options;
  CLI::App app("HTTP load on a port of the loopback");
  app.add_option("--port", options.port)->required();
  app.add_option("--connections", options.connections)->check(CLI::Range(1, 10'000));
  app.add_option("--seconds", options.seconds)->check(CLI::Range(0.01, 3600.0));
  app.add_option("--requests", options.requests);
  app.add_option("--answers-to", options.answers_to);
  app.add_option("--method", options.method);
  app.add_option("--path", options.path);
  app.add_option("--paths-from", options.paths_from)->check(CLI::ExistingFile);
  app.add_option("--body", options.body);
  app.add_option("--expect", options.expect);
  app.add_option("--status", options.statuses);
  CLI11_PARSE(app, argc, argv);
  Load load(options);
  load.run();
  load.print();
  return load.all_fine() ? 0 : 1;
}
