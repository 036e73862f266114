// The server of `glovebox serve` without real slots: they are sockets whose other ends belong to
// the parent process. So it runs under callgrind, where the sandbox's clones cannot run. A byte on
// the gate starts or stops the counting.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <csignal>
#include <cstdio>

#include "base/log.h"
#include "sandbox/pool/slot_pool.h"
#include "sender.h"
#include "server.h"

// Callgrind uses these names: --zero-before, --dump-before.
extern "C" {
[[gnu::noinline]] void begin_counting() {
  asm volatile("");
}
[[gnu::noinline]] void end_counting() {
  asm volatile("");
}
}

namespace glovebox {
namespace {

struct Options {
  Settings settings;
  int gate = -1;
  int control = -1;  // the launcher's socket
  int slot = -1;
};

// Answers each byte after it has been processed.
class Gate {
 public:
  Gate(boost::asio::io_context& loop, int fd) : socket_(loop, fd) { wait(); }

 private:
  void wait() {
    socket_.async_wait(boost::asio::posix::stream_descriptor::wait_read, [this](auto failure) {
      char told = 0;
      if (failure || ::read(socket_.native_handle(), &told, 1) != 1) return;
      told == 'b' ? begin_counting() : end_counting();
      if (::write(socket_.native_handle(), &told, 1) == 1) wait();
    });
  }

  boost::asio::posix::stream_descriptor socket_;
};

Result<ServerEnd> serve(const Options& options) {
  GB_TRY(ServerGround ground, prepare_server(options.settings));
  GB_TRY(SenderOptions sending, sender_options(options.settings));
  GB_TRY(SenderProcess sender, SenderProcess::begin(sending));
  load_tools(options.settings, ground);
  std::unique_ptr<Gate> gate;
  return run_server(
      options.settings, ground, sender, [&](boost::asio::io_context& loop, const OnLost&) {
        gate = std::make_unique<Gate>(loop, options.gate);
        std::vector<UniqueFd> slots;
        slots.emplace_back(options.slot);
        IsolationReport report;
        report.tier = Tier::kNamespaces;
        return make_slot_pool(loop, UniqueFd(options.control), std::move(slots), std::move(report));
      });
}

}  // namespace
}  // namespace glovebox

int main(int argc, char** argv) {
  using namespace glovebox;
  Options options;
  Settings& settings = options.settings;
  settings.listen = "127.0.0.1:0";
  settings.hourly_per_client = settings.concurrent_per_client = settings.streams_per_client = 0;
  settings.storage_quota = ByteCount(0);
  CLI::App app("The server, for counting");
  app.add_option("--data-dir", settings.data_dir)->required();
  app.add_option("--tools-dir", settings.tools_dirs)->required();
  app.add_option("--examples-dir", settings.examples_dirs)->required();
  app.add_option("--gate", options.gate)->required();
  app.add_option("--control", options.control)->required();
  app.add_option("--slot", options.slot)->required();
  CLI11_PARSE(app, argc, argv);
  std::signal(SIGPIPE, SIG_IGN);
  set_up_log("info");
  Result<ServerEnd> served = serve(options);
  if (served.has_value()) return 0;
  std::fprintf(stderr, "%s\n", served.error().message().c_str());
  return 1;
}
