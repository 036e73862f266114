// The CPU time of a launch, by payer. For the sandbox: the server's side, the launcher and the
// slots with everything in them, and the kernel's threads, which clean up after a job. For a bare
// launch: parent and child. Ours and bare in turn. CPU time is meaningful even if other work shares
// the machine; medians are over the rounds. Prints one line of JSON, in microseconds per launch.
//
//   launch_cost [--rounds N] [--launches N] [--slots N] [--another-project | --make-file]
#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "bare_launch.h"
#include "base/os.h"
#include "sealed_launch.h"

namespace glovebox {
namespace {

constexpr pid_t kKernelThreads = 2;  // kthreadd, the parent of them all

// From /proc/PID/stat, see proc(5). Times in microseconds, including reaped threads.
struct ProcessTime {
  pid_t parent = 0;
  double own_us = 0;
};

// Empty if the process is gone.
std::string text_of(pid_t pid, const std::string& file) {
  Result<std::string> text = os::read_file("/proc/" + std::to_string(pid) + "/" + file, 4096);
  return text.has_value() ? *text : std::string();
}

std::map<pid_t, ProcessTime> read_processes() {
  std::map<pid_t, ProcessTime> all;
  const double tick_us = 1e6 / static_cast<double>(::sysconf(_SC_CLK_TCK));
  DIR* proc = ::opendir("/proc");
  while (dirent* entry = proc != nullptr ? ::readdir(proc) : nullptr) {
    pid_t pid = std::atoi(entry->d_name);
    if (pid <= 0) continue;
    std::string text = text_of(pid, "stat");
    std::size_t name_end = text.rfind(')');
    if (name_end == std::string::npos) continue;
    std::istringstream fields(text.substr(name_end + 1));
    std::vector<std::string> field{std::istream_iterator<std::string>(fields), {}};
    if (field.size() < 15) continue;
    ProcessTime& process = all[pid];
    process.parent = std::atoi(field[1].c_str());
    double ticks = 0;
    for (int i = 11; i <= 14; ++i) ticks += std::atof(field[i].c_str());
    process.own_us = ticks * tick_us;
  }
  if (proc != nullptr) ::closedir(proc);
  return all;
}

double kernel_thread_us(pid_t pid) {
  return std::atof(text_of(pid, "schedstat").c_str()) / 1e3;
}

bool descends_from(const std::map<pid_t, ProcessTime>& all, pid_t pid, pid_t ancestor) {
  for (int depth = 0; depth < 8; ++depth) {
    auto found = all.find(pid);
    if (found == all.end()) return false;
    if (found->second.parent == ancestor) return true;
    pid = found->second.parent;
  }
  return false;
}

struct Spent {
  double own = 0;
  double slots = 0;  // keeper and launcher too, which sleep
  double kernel = 0;
};

Spent spent_so_far() {
  Spent spent;
  std::map<pid_t, ProcessTime> all = read_processes();
  for (auto& [pid, process] : all) {
    if (process.parent == kKernelThreads) spent.kernel += kernel_thread_us(pid);
    if (descends_from(all, pid, ::getpid())) spent.slots += process.own_us;
  }
  timespec now;
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  spent.own = static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
  return spent;
}

double children_us() {
  rusage used;
  ::getrusage(RUSAGE_CHILDREN, &used);
  auto us = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_usec);
  };
  return us(used.ru_utime) + us(used.ru_stime);
}

template <class F>
Spent cost_of(F&& f, double launches) {
  Spent before = spent_so_far();
  f();
  Spent after = spent_so_far();
  return {(after.own - before.own) / launches, (after.slots - before.slots) / launches,
          (after.kernel - before.kernel) / launches};
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void measure(int rounds, std::size_t launches, std::size_t slots, JobKind kind) {
  ProgramFolder programs(BENCH_PROGRAM);
  SealedLaunch sandbox(programs.path(), slots);
  sandbox.use(kind);
  sandbox.run_many(launches / 10 + 1);
  auto n = static_cast<double>(launches);
  std::vector<double> own, ours, kernel, bare, ratio;
  for (int round = 0; round < rounds; ++round) {
    double children = children_us();
    Spent plain = cost_of(
        [&] {
          for (std::size_t i = 0; i < launches; ++i) start_bare(BENCH_PROGRAM), reap_bare();
        },
        n);
    bare.push_back(plain.own + (children_us() - children) / n);
    Spent sealed = cost_of([&] { sandbox.run_many(launches); }, n);
    own.push_back(sealed.own);
    ours.push_back(sealed.slots);
    kernel.push_back(sealed.kernel);
    ratio.push_back((sealed.own + sealed.slots + sealed.kernel) / bare.back());
  }
  std::printf(
      "{\"bare_us\": %.1f, \"server_us\": %.1f, \"slots_us\": %.1f, \"kernel_threads_us\": %.1f, "
      "\"ratio\": %.2f}\n",
      median(bare), median(own), median(ours), median(kernel), median(ratio));
}

}  // namespace
}  // namespace glovebox

int main(int argc, char** argv) {
  int rounds = 7;
  std::size_t launches = 2000, slots = 1;
  CLI::App app("CPU time of a launch, sealed and bare");
  app.add_option("--rounds", rounds)->check(CLI::Range(1, 1000));
  app.add_option("--launches", launches)->check(CLI::Range(100, 1'000'000));
  app.add_option("--slots", slots)->check(CLI::Range(1, 64));
  bool other = false, file = false;
  app.add_flag("--another-project", other, "Two projects in turn");
  app.add_flag("--make-file", file, "Each job makes a file");
  CLI11_PARSE(app, argc, argv);
  using glovebox::JobKind;
  JobKind kind = other ? JobKind::kAnotherProject : file ? JobKind::kMakesAFile : JobKind::kAlike;
  glovebox::measure(rounds, launches, slots, kind);
}
