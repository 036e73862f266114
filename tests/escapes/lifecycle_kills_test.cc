// Threat C 41 under load: kill -9 of random processes of Glovebox at random moments, with several
// jobs running. Nothing may be left, and each job is reported once and correctly.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <random>
#include <thread>

#include "checks.h"
#include "processes.h"
#include "sandbox_fixture.h"

namespace glovebox {
namespace {

// Of each of the runs, three where it is root who tests: 201.
constexpr int kRoundsWithinTheServer = 50;
constexpr int kRoundsOfTheServer = 17;
constexpr std::size_t kSlots = 3;

class KillsTest : public SandboxFixture {
 protected:
  void SetUp() override {
    const char* given = std::getenv("GLOVEBOX_TEST_SEED");
    unsigned seed =
        given != nullptr ? static_cast<unsigned>(std::atoi(given)) : std::random_device()();
    fmt::print("GLOVEBOX_TEST_SEED={}\n", seed);
    std::fflush(stdout);
    random_.seed(seed);
    LauncherOptions options;
    options.slots = kSlots;
    options.end_orphans = true;
    use(options);
  }

  // Mounts of the host that show anything of ours.
  std::string left_mounts() {
    std::ifstream mounts("/proc/self/mountinfo");
    std::string left;
    for (std::string line; std::getline(mounts, line);) {
      if (line.find(directory().filename()) != std::string::npos) left += line + "\n";
    }
    return left;
  }

  std::size_t pick(std::size_t below) { return random_() % below; }
  std::chrono::microseconds moment() { return std::chrono::microseconds(pick(30'000)); }

  // Folders of jobs that were not removed.
  std::vector<std::string> left_folders() {
    std::vector<std::string> left;
    std::error_code absent;
    for (const auto& slot : std::filesystem::directory_iterator(directory() / "work", absent)) {
      for (const auto& folder : std::filesystem::directory_iterator(slot.path(), absent)) {
        left.push_back(folder.path());
      }
    }
    return left;
  }

  // Every second one ends by itself, with 5; the others hold processes until their input ends.
  struct Load {
    std::vector<std::unique_ptr<ActiveRun>> runs;
    std::vector<Input> inputs;
  };
  Load start_load(const std::string& marker) {
    Load load;
    for (std::size_t i = 0; i < kSlots; ++i) {
      load.inputs.push_back(make_input());
      SandboxSpec job =
          i % 2 == 0 ? spec("hold_processes", {"2", marker}) : spec("exit_with", {"5", marker});
      load.runs.push_back(start(std::move(job), std::move(load.inputs.back().for_job)));
    }
    return load;
  }

  // The allowed reports about a job, given that a process was killed.
  void expect_told_once_and_truly(Load& load) {
    load.inputs.clear();
    for (std::size_t i = 0; i < kSlots; ++i) {
      FinishedRun ended = wait(*load.runs[i]);
      EXPECT_EQ(load.runs[i]->ends(), 1);
      int code = i % 2 == 0 ? 0 : 5;
      EXPECT_TRUE(failed(ended) || exited(ended, code)) << exited(ended, code).message();
      // A job reported as finished has printed its own end.
      if (exited(ended, 0)) {
        EXPECT_THAT(ended.out, testing::HasSubstr("held value=2"));
      }
    }
  }

  // The keeper, the launcher, or one of the slots.
  pid_t pick_victim() {
    std::vector<pid_t> ours{launcher().pid()};
    std::vector<pid_t> launchers = children_of(launcher().pid());
    if (!launchers.empty()) {
      ours.push_back(launchers.front());
      std::vector<pid_t> slots = children_of(launchers.front());
      ours.insert(ours.end(), slots.begin(), slots.end());
    }
    return ours[pick(ours.size())];
  }

  void serve_again() {
    EXPECT_TRUE(pump_until([&] {
      // Without its keeper, which may still be dying, nothing runs until someone starts another.
      if (!is_alive(launcher().pid())) end_launcher();
      return bool(exited(run(spec("hello")), 0));
    }));
  }

  // Acts like a server, in a separate process, until it is killed.
  [[noreturn]] void serve(const std::string& marker, int ready, int go) {
    pid_t keeper = launcher().pid();
    char byte;
    if (::write(ready, &keeper, sizeof keeper) < 0 || ::read(go, &byte, 1) != 1) ::_exit(1);
    for (;;) {
      Load load = start_load(marker);
      pump_until([&] { return load.runs[1]->ended(); });
      load.inputs.clear();
      for (auto& run : load.runs) wait(*run);
    }
  }

 private:
  std::mt19937 random_;
};

TEST_F(KillsTest, T41WhicheverProcessIsKilledEveryJobIsReportedAndNothingIsLeft) {
  for (int round = 0; round < repetitions(kRoundsWithinTheServer) && !HasFailure(); ++round) {
    SCOPED_TRACE(round);
    serve_again();
    std::string marker = make_marker();
    Load load = start_load(marker);
    auto until = std::chrono::steady_clock::now() + moment();
    pump_until([&] { return std::chrono::steady_clock::now() >= until; });
    pid_t victim = pick_victim();
    ::kill(victim, SIGKILL);
    expect_told_once_and_truly(load);
    EXPECT_TRUE(all_gone(marker));
  }
  serve_again();
  // A slot that is still to be replaced cleans up itself.
  EXPECT_TRUE(pump_until([&] { return left_folders().empty(); }));
  EXPECT_EQ(left_mounts(), "");
  end_launcher();
  EXPECT_TRUE(children_of(::getpid()).empty());
}

TEST_F(KillsTest, T41WhenTheServerIsKilledNothingOfItIsLeft) {
  for (int round = 0; round < repetitions(kRoundsOfTheServer) && !HasFailure(); ++round) {
    SCOPED_TRACE(round);
    std::string marker = make_marker();
    int ready[2];
    int go[2];
    ASSERT_EQ(::pipe(ready), 0);
    ASSERT_EQ(::pipe(go), 0);
    pid_t server = ::fork();
    if (server == 0) serve(marker, ready[1], go[0]);
    UniqueFd reader(ready[0]);
    UniqueFd writer(go[1]);
    ::close(ready[1]);
    ::close(go[0]);
    pid_t keeper = -1;
    ASSERT_EQ(::read(reader.get(), &keeper, sizeof keeper), ssize_t{sizeof keeper});
    // What the previous one left has been cleaned up by now.
    EXPECT_EQ(left_folders(), std::vector<std::string>());
    std::string leaf = fmt::format("glovebox-{}-", children_of(keeper).at(0));
    ASSERT_EQ(::write(writer.get(), "x", 1), 1);
    std::this_thread::sleep_for(moment() * 3);
    std::vector<pid_t> family = descendants_of(server);
    ::kill(server, SIGKILL);
    ::waitpid(server, nullptr, 0);
    EXPECT_TRUE(all_gone(marker));
    EXPECT_TRUE(all_dead(family));
    EXPECT_THAT(cgroups_named(leaf), testing::IsEmpty());
  }
  launcher();
  EXPECT_EQ(left_folders(), std::vector<std::string>());
  EXPECT_EQ(left_mounts(), "");
}

}  // namespace
}  // namespace glovebox
