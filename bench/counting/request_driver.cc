// The client and the only slot of a counted_server, in one thread, so that each request finds the
// server in the same state. Starts the command after its options with the descriptors that it
// needs. Prints, as JSON, what was counted in which order.
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "../http_connection.h"
#include "base/os.h"
#include "sandbox/slot/packet.h"
#include "sandbox/slot/slot_protocol.h"

namespace glovebox {
namespace {

constexpr int kPatienceMs = 60'000;

struct Options {
  int requests = 100;
  std::string archive;  // a zip, for the project
  std::vector<std::string> command;
};

template <class T>
T must(Result<T> result) {
  if (result.has_error()) give_up(result.error().message());
  return std::move(result).value();
}

void await(int fd, const char* what) {
  pollfd readable{fd, POLLIN, 0};
  if (::poll(&readable, 1, kPatienceMs) != 1) give_up(std::string("waited in vain for ") + what);
}

class Server {
 public:
  explicit Server(const std::vector<std::string>& command) {
    auto slot = must(os::seqpacket_pair()), control = must(os::seqpacket_pair()),
         gate = must(os::seqpacket_pair()), out = must(os::pipe());
    pid_ = ::fork();
    if (pid_ == 0) exec(command, slot.second, control.second, gate.second, out.second);
    slot_ = std::move(slot.first);
    control_ = std::move(control.first);
    gate_ = std::move(gate.first);
    out.second.reset();
    port_ = read_port(out.first);
    out_ = std::move(out.first);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }

  std::uint16_t port() const { return port_; }

  // Returns after the command has been processed.
  void tell_gate(char what) const {
    if (::write(gate_.get(), &what, 1) != 1) give_up("the server's gate is gone");
    await(gate_.get(), "the gate");
    if (::read(gate_.get(), &what, 1) != 1) give_up("the server's gate is gone");
  }

  // The three descriptors of the received run.
  std::vector<UniqueFd> take_run() const {
    await(slot_.get(), "a run");
    Packet packet = must(receive_packet(slot_.get(), true));
    if (packet.end || packet.fds.size() != 3) give_up("the server sent no run");
    return std::move(packet.fds);
  }

  void end_run() const {
    EndedPacket ended;
    ended.outcome = Exited{0};
    if (send_packet(slot_.get(), encode(ended)).has_error()) give_up("the server is gone");
  }

 private:
  [[noreturn]] static void exec(std::vector<std::string> command, const UniqueFd& slot,
                                const UniqueFd& control, const UniqueFd& gate,
                                const UniqueFd& out) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(out.get(), 1);
    for (auto [flag, fd] :
         {std::pair("--slot", &slot), {"--control", &control}, {"--gate", &gate}}) {
      ::fcntl(fd->get(), F_SETFD, 0);
      command.insert(command.end(), {flag, std::to_string(fd->get())});
    }
    std::vector<char*> argv;
    for (std::string& argument : command) argv.push_back(argument.data());
    argv.push_back(nullptr);
    ::execvp(argv[0], argv.data());
    std::perror(argv[0]);
    ::_exit(127);
  }

  static std::uint16_t read_port(const UniqueFd& out) {
    std::string line;
    for (char byte = 0; byte != '\n'; line += byte) {
      await(out.get(), "the server to listen");
      if (::read(out.get(), &byte, 1) != 1) give_up("the server ended at its start");
    }
    std::size_t colon = line.rfind(':');
    if (!line.starts_with("listening on ")) give_up("the server said: " + line);
    return static_cast<std::uint16_t>(std::atoi(line.c_str() + colon + 1));
  }

  pid_t pid_ = -1;
  UniqueFd slot_, control_, gate_, out_;
  std::uint16_t port_ = 0;
};

class Driver {
 public:
  explicit Driver(const Options& options)
      : options_(options), server_(options.command), client_(server_.port()) {
    std::ifstream file(options.archive, std::ios::binary);
    std::string archive{std::istreambuf_iterator<char>(file), {}};
    project_ = field(ask("POST", "/api/upload", archive, 201, "application/zip"), "projectId");
  }

  void run() {
    std::printf("[");
    count("status", [&] { ask("GET", "/api/queue/status", "", 200); });
    count("execute", [&] { execute(); });
    follow();
    std::printf("]\n");
  }

 private:
  void count(const char* name, const std::function<void()>& once) {
    // Allocations and caches of the first requests are not part of the cost of one.
    for (int i = 0; i < options_.requests; ++i) once();
    server_.tell_gate('b');
    for (int i = 0; i < options_.requests; ++i) once();
    server_.tell_gate('e');
    std::printf("%s{\"path\": \"%s\", \"times\": %d}", counted_++ > 0 ? ", " : "", name,
                options_.requests);
  }

  // A synchronous run of a tool that writes a line.
  void execute() {
    send("POST", "/api/execute", body(""));
    std::vector<UniqueFd> streams = server_.take_run();
    write_out(streams[1], "hello\n");
    streams.clear();
    server_.end_run();
    receive(200);
  }

  // Events of a job that writes a line each time the previous one has reached its only follower.
  void follow() {
    std::string job = field(ask("POST", "/api/execute", body(", \"stream\": true"), 202), "jobId");
    std::vector<UniqueFd> streams = server_.take_run();
    UniqueFd stream = connect_to_loopback(server_.port());
    send_all(stream.get(), "GET /api/stream/" + job + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    int line = 0;
    count("event", [&] {
      std::string text = "line " + std::to_string(++line);
      write_out(streams[1], text + "\n");
      read_until(stream, text);
    });
    streams.clear();
    server_.end_run();
    read_until(stream, "event: complete");
  }

  // Waits until the server has read it, so that it never handles two things at once.
  static void write_out(const UniqueFd& pipe, std::string_view text) {
    if (::write(pipe.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
      give_up("the server reads no output");
    }
    for (int waited = 0, left = 1; left > 0; ++waited) {
      if (waited > kPatienceMs * 10) give_up("the server reads no output");
      ::usleep(100);
      ::ioctl(pipe.get(), FIONREAD, &left);
    }
  }

  static void read_until(const UniqueFd& stream, const std::string& text) {
    std::string told;
    for (std::size_t at; (at = told.find(text)) == std::string::npos ||
                         told.find("\n\n", at) == std::string::npos;) {
      char piece[4096];
      await(stream.get(), "an event");
      ssize_t n = ::read(stream.get(), piece, sizeof piece);
      if (n <= 0) give_up("a stream ended: " + told);
      told.append(piece, static_cast<std::size_t>(n));
    }
  }

  std::string body(const std::string& more) const {
    return R"({"toolId": "nothing", "projectId": ")" + project_ + "\"" + more + "}";
  }

  void send(const std::string& method, const std::string& path, const std::string& body,
            const std::string& type = "application/json") {
    std::string request = method + " " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    if (!body.empty()) {
      request +=
          "Content-Type: " + type + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
    }
    client_.send(request + "\r\n" + body);
  }

  std::string receive(int status) {
    do {
      await(client_.fd(), "an answer");
    } while (!client_.receive());
    std::string text(client_.body());
    if (client_.status() != status) give_up("answered " + text);
    return text;
  }

  std::string ask(const std::string& method, const std::string& path, const std::string& body,
                  int status, const std::string& type = "application/json") {
    send(method, path, body, type);
    return receive(status);
  }

  // From JSON that the server wrote: "name":"value".
  static std::string field(const std::string& json, const std::string& name) {
    std::string before = "\"" + name + "\":\"";
    std::size_t begin = json.find(before);
    if (begin == std::string::npos) give_up("no " + name + " in " + json);
    begin += before.size();
    return json.substr(begin, json.find('"', begin) - begin);
  }

  const Options& options_;
  Server server_;
  HttpConnection client_;
  std::string project_;
  int counted_ = 0;
};

}  // namespace
}  // namespace glovebox

int main(int argc, char** argv) {
  using namespace glovebox;
  Options options;
  CLI::App app("Client and slot of a server whose instructions are counted");
  app.add_option("--requests", options.requests)->check(CLI::Range(1, 100'000));
  app.add_option("--archive", options.archive)->required()->check(CLI::ExistingFile);
  app.add_option("command", options.command)->required();
  CLI11_PARSE(app, argc, argv);
  Driver(options).run();
}
