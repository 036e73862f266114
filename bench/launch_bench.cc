// Launch to reaped of a static program that returns 0: through the real sandbox, and bare, one
// after the other in each iteration, so that other load affects both equally. Compare the ratio;
// the times depend on this machine and moment.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <thread>

#include "bare_launch.h"
#include "latencies.h"
#include "sealed_launch.h"

namespace glovebox {
namespace {

using Clock = std::chrono::steady_clock;

template <class F>
std::chrono::nanoseconds time_of(F&& f) {
  Clock::time_point start = Clock::now();
  f();
  return Clock::now() - start;
}

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

void run_bare() {
  start_bare(BENCH_PROGRAM);
  reap_bare();
}

void run_many_bare(std::size_t count, std::size_t at_once) {
  std::size_t running = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (running == at_once) reap_bare(), --running;
    start_bare(BENCH_PROGRAM), ++running;
  }
  for (; running > 0; --running) reap_bare();
}

void report(benchmark::State& state, const Latencies& sealed, const Latencies& bare) {
  for (auto [name, part] : {std::pair("p50", 0.5), std::pair("p99", 0.99)}) {
    double ours = sealed.quantile_us(part), theirs = bare.quantile_us(part);
    state.counters[fmt::format("sealed_{}_us", name)] = ours;
    state.counters[fmt::format("bare_{}_us", name)] = theirs;
    state.counters[fmt::format("ratio_{}", name)] = ours / theirs;
  }
}

// One at a time, each after an idle time of `quiet`.
void launch(benchmark::State& state, SealedLaunch& sandbox, std::chrono::milliseconds quiet,
            JobKind kind = JobKind::kAlike) {
  Latencies sealed, bare;
  sandbox.use(kind);
  for ([[maybe_unused]] auto _ : state) {
    std::this_thread::sleep_for(quiet);
    bare.add(time_of(run_bare));
    std::this_thread::sleep_for(quiet);
    std::chrono::nanoseconds time = time_of([&] { sandbox.run_one(); });
    sealed.add(time);
    state.SetIterationTime(seconds(time));
  }
  report(state, sealed, bare);
}

// As many at once as there are slots.
void sustained(benchmark::State& state, SealedLaunch& sandbox, JobKind kind) {
  constexpr std::size_t kBatch = 200;
  sandbox.use(kind);
  std::chrono::nanoseconds sealed{0}, bare{0};
  for ([[maybe_unused]] auto _ : state) {
    bare += time_of([&] { run_many_bare(kBatch, sandbox.slots()); });
    std::chrono::nanoseconds time = time_of([&] { sandbox.run_many(kBatch); });
    sealed += time;
    state.SetIterationTime(seconds(time));
  }
  auto launches = static_cast<double>(kBatch) * static_cast<double>(state.iterations());
  state.counters["at_once"] = static_cast<double>(sandbox.slots());
  state.counters["sealed_per_s"] = launches / seconds(sealed);
  state.counters["bare_per_s"] = launches / seconds(bare);
  state.counters["ratio"] = seconds(sealed) / seconds(bare);
}

void register_all(SealedLaunch& one, SealedLaunch& all) {
  benchmark::RegisterBenchmark(
      "launch", [&](auto& state) { launch(state, one, std::chrono::milliseconds(0)); })
      ->UseManualTime()
      ->Unit(benchmark::kMicrosecond)
      ->Iterations(2000);
  for (auto [name, kind] : {std::pair("launch_of_another_project", JobKind::kAnotherProject),
                            std::pair("launch_that_makes_a_file", JobKind::kMakesAFile),
                            std::pair("launch_in_an_image", JobKind::kInAnImage),
                            std::pair("launch_of_another_image", JobKind::kAnotherImage)}) {
    benchmark::RegisterBenchmark(
        name, [&, kind](auto& state) { launch(state, one, std::chrono::milliseconds(0), kind); })
        ->UseManualTime()
        ->Unit(benchmark::kMicrosecond)
        ->Iterations(1000);
  }
  benchmark::RegisterBenchmark(
      "launch_after_50ms_of_quiet",
      [&](auto& state) { launch(state, one, std::chrono::milliseconds(50)); })
      ->UseManualTime()
      ->Unit(benchmark::kMicrosecond)
      ->Iterations(100);
  for (auto [name, kind] :
       {std::pair("", JobKind::kAlike), std::pair("_of_another_project", JobKind::kAnotherProject),
        std::pair("_that_make_a_file", JobKind::kMakesAFile),
        std::pair("_in_an_image", JobKind::kInAnImage)}) {
    benchmark::RegisterBenchmark(fmt::format("200_launches_all_slots{}", name).c_str(),
                                 [&, kind](auto& state) { sustained(state, all, kind); })
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond)
        ->Iterations(10);
  }
}

}  // namespace
}  // namespace glovebox

int main(int argc, char** argv) {
  using namespace glovebox;
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  ProgramFolder programs(BENCH_PROGRAM);
  SealedLaunch one(programs.path(), 1);
  SealedLaunch all(programs.path(), std::max(1u, std::thread::hardware_concurrency()));
  std::string layers;
  for (const std::string& layer : one.isolation().layers) layers += " " + layer;
  std::printf("layers:%s\n", layers.c_str());
  register_all(one, all);
  benchmark::RunSpecifiedBenchmarks();
}
