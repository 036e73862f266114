// Launch to reaped of a static program that returns 0: bare, through our sandbox and through
// another one, in turn, so that other load affects all equally. The other one is a command, started
// with vfork and exec. Its own start is part of its launch, because there is no other way to use
// it. Prints one line of JSON.
//
//   peer_launch [--runs N] -- bwrap --unshare-all … PROGRAM
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "bare_launch.h"
#include "latencies.h"
#include "sealed_launch.h"

namespace glovebox {
namespace {

template <class F>
std::chrono::nanoseconds time_of(F&& f) {
  auto start = std::chrono::steady_clock::now();
  f();
  return std::chrono::steady_clock::now() - start;
}

// Enough that most of the work that one leaves to the kernel (a network namespace is removed after
// its end) falls into its own measurement.
constexpr std::size_t kInARow = 25;

template <class F>
void repeat(Latencies& latencies, F&& f) {
  for (std::size_t i = 0; i < kInARow; ++i) latencies.add(time_of(f));
}

void run_peer(std::vector<std::string>& command) {
  std::vector<char*> argv;
  for (std::string& argument : command) argv.push_back(argument.data());
  argv.push_back(nullptr);
  start_bare(argv.data());
  reap_bare();
}

void run_bare() {
  start_bare(BENCH_PROGRAM);
  reap_bare();
}

void compare(std::size_t runs, std::vector<std::string>& command) {
  ProgramFolder programs(BENCH_PROGRAM);
  SealedLaunch sandbox(programs.path(), 1);
  Latencies bare, sealed, peer;
  for (std::size_t done = 0; done < runs; done += kInARow) {
    repeat(bare, run_bare);
    repeat(sealed, [&] { sandbox.run_one(); });
    repeat(peer, [&] { run_peer(command); });
  }
  std::printf("{\"bare_p50_us\": %.1f, \"sealed_p50_us\": %.1f, \"peer_p50_us\": %.1f}\n",
              bare.quantile_us(0.5), sealed.quantile_us(0.5), peer.quantile_us(0.5));
}

}  // namespace
}  // namespace glovebox

int main(int argc, char** argv) {
  std::size_t runs = 300;
  std::vector<std::string> command;
  CLI::App app("A launch in our sandbox against one in another");
  app.add_option("--runs", runs)->check(CLI::Range(1, 1'000'000));
  app.add_option("command", command, "The other sandbox, with the program to run")->required();
  CLI11_PARSE(app, argc, argv);
  glovebox::compare(runs, command);
}
