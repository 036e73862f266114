// Launch to reaped of a static program that returns 0, by what its root is: without an image, in
// one, and with another project or another image each time. The kinds take turns, so that other
// load affects all equally. Prints one line of JSON: medians in microseconds, and the median over
// the rounds of each kind's ratio to a launch without an image, with the least and the most.
//
//   image_launch [--rounds N] [--launches N]
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "latencies.h"
#include "sealed_launch.h"

namespace glovebox {
namespace {

struct Kind {
  const char* name;
  JobKind kind;
  Latencies all = {};
  std::vector<double> ratios = {};
};

// The first launches after another kind make what the others use again.
constexpr std::size_t kWarmUp = 5;

double median_of_round(SealedLaunch& sandbox, Kind& kind, std::size_t launches) {
  sandbox.use(kind.kind);
  for (std::size_t i = 0; i < kWarmUp; ++i) sandbox.run_one();
  Latencies round;
  for (std::size_t i = 0; i < launches; ++i) {
    auto start = std::chrono::steady_clock::now();
    sandbox.run_one();
    auto time = std::chrono::steady_clock::now() - start;
    round.add(time);
    kind.all.add(time);
  }
  return round.quantile_us(0.5);
}

void compare(int rounds, std::size_t launches) {
  ProgramFolder programs(BENCH_PROGRAM);
  SealedLaunch sandbox(programs.path(), 1);
  std::array kinds{Kind{"without", JobKind::kAlike}, Kind{"in_an_image", JobKind::kInAnImage},
                   Kind{"another_project", JobKind::kAnotherProject},
                   Kind{"another_image", JobKind::kAnotherImage}};
  for (int round = 0; round < rounds; ++round) {
    double without = 0;
    for (Kind& kind : kinds) {
      double median = median_of_round(sandbox, kind, launches);
      if (kind.kind == JobKind::kAlike) without = median;
      kind.ratios.push_back(median / without);
    }
  }
  std::string separator = "{";
  for (Kind& kind : kinds) {
    std::ranges::sort(kind.ratios);
    std::printf("%s\"%s\": {\"p50_us\": %.1f, \"ratio\": %.2f, \"least\": %.2f, \"most\": %.2f}",
                separator.c_str(), kind.name, kind.all.quantile_us(0.5),
                kind.ratios[kind.ratios.size() / 2], kind.ratios.front(), kind.ratios.back());
    separator = ", ";
  }
  std::printf("}\n");
}

}  // namespace
}  // namespace glovebox

int main(int argc, char** argv) {
  int rounds = 20;
  std::size_t launches = 100;
  CLI::App app("What an image costs a launch");
  app.add_option("--rounds", rounds)->check(CLI::Range(1, 100'000));
  app.add_option("--launches", launches)->check(CLI::Range(1, 1'000'000));
  CLI11_PARSE(app, argc, argv);
  glovebox::compare(rounds, launches);
}
