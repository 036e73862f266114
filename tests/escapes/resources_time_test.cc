// Threats A 8–11 and 13: output, CPU, time, programs that ignore signals, core files.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "checks.h"
#include "processes.h"
#include "sandbox_fixture.h"
#include "throwaway.h"

namespace glovebox {
namespace {

using ResourcesTest = SandboxFixture;
using std::chrono::milliseconds;

std::int64_t our_memory_kib() {
  return std::stoll(status_field(::getpid(), "VmRSS"));
}

TEST_F(ResourcesTest, T08EndlessOutputPassesWithoutGrowingTheServer) {
  sandbox();
  std::int64_t before = our_memory_kib();
  FinishedRun ended = run(spec("flood_output", {"256"}));
  EXPECT_TRUE(exited(ended, 0));
  EXPECT_EQ(ended.out_bytes, 256U << 20);
  EXPECT_LT(our_memory_kib() - before, 64 << 10);
}

TEST_F(ResourcesTest, T08OutputWithoutEndEndsWithTheClock) {
  SandboxSpec flood = spec("flood_output", {"0"});
  flood.limits.wall_time = milliseconds(500);
  EXPECT_TRUE(limit_exceeded(run(flood), LimitKind::kWallTime));
}

TEST_F(ResourcesTest, T08OutputThatNobodyReadsDelaysNothing) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  UniqueFd never_read(ends[0]);
  SandboxSpec flood = spec("flood_output", {"0"});
  flood.limits.wall_time = milliseconds(500);
  SandboxStreams streams;
  streams.out = UniqueFd(ends[1]);
  FinishedRun ended{internal_error("not ended"), {}, {}, 0, {}};
  bool done = false;
  auto handle = sandbox().start(ValidSpec::validate(flood).value(), std::move(streams),
                                [&](Result<SandboxResult> result) {
                                  ended.result = std::move(result);
                                  done = true;
                                });
  EXPECT_TRUE(pump_until([&] { return done; }));
  EXPECT_TRUE(limit_exceeded(ended, LimitKind::kWallTime));
}

class BurnTest : public SandboxFixture,
                 public testing::WithParamInterface<std::vector<std::string>> {};
INSTANTIATE_TEST_SUITE_P(CpuTime, BurnTest,
                         testing::Values(std::vector<std::string>{"together", "4"},
                                         std::vector<std::string>{"inturn"}),
                         [](const auto& test) { return test.param.front(); });

TEST_P(BurnTest, T09OfManyProcessesIsCountedTogether) {
  SandboxSpec burner = spec("burn_cpu", GetParam());
  burner.limits.cpu_time = milliseconds(600);
  FinishedRun ended = run(burner);
  ASSERT_TRUE(limit_exceeded(ended, LimitKind::kCpuTime));
  auto limit = std::get<LimitExceeded>(ended.result.value().outcome);
  EXPECT_EQ(limit.configured, 600);
  EXPECT_GE(limit.observed, 600);
  EXPECT_GE(ended.result.value().usage.cpu(), milliseconds(500));
}

class StallTest : public SandboxFixture,
                  public testing::WithParamInterface<std::vector<std::string>> {};
INSTANTIATE_TEST_SUITE_P(Ways, StallTest,
                         testing::Values(std::vector<std::string>{"wait_for_end"},
                                         std::vector<std::string>{"signal_itself",
                                                                  std::to_string(SIGSTOP)},
                                         std::vector<std::string>{"ignore_signals", "wait"}),
                         [](const auto& test) { return test.param.front(); });

TEST_P(StallTest, T10EndsByTheWallClock) {
  std::vector<std::string> arguments(GetParam().begin() + 1, GetParam().end());
  std::string marker = make_marker();
  arguments.push_back(marker);
  SandboxSpec sleeper = spec(GetParam().front(), arguments);
  sleeper.limits.wall_time = milliseconds(300);
  FinishedRun ended = run(sleeper);
  EXPECT_TRUE(all_gone(marker));
  ASSERT_TRUE(limit_exceeded(ended, LimitKind::kWallTime));
  auto limit = std::get<LimitExceeded>(ended.result.value().outcome);
  EXPECT_EQ(limit.configured, 300);
  EXPECT_GE(limit.observed, 300);
  EXPECT_GE(ended.elapsed, milliseconds(300));
  EXPECT_LT(ended.elapsed, milliseconds(10'000));
  EXPECT_EQ(ended.out, "ready\n");
}

// Output and files of the tool's grace period are kept.
constexpr std::string_view kFlushing =
    "trap 'echo flushed; echo late > late; exit 7' TERM; echo ready; while :; do sleep 0.05; done";

SandboxSpec shell_job(SandboxSpec job, std::string script) {
  job.argv = {"sh", "-c", std::move(script)};
  job.limits.grace = std::chrono::seconds(10);
  return job;
}

std::vector<std::string> paths_of(const FinishedRun& ended) {
  std::vector<std::string> paths;
  if (ended.result.has_error()) return paths;
  for (const auto& artifact : ended.result.value().artifacts) paths.push_back(artifact.path);
  return paths;
}

TEST_F(ResourcesTest, T10AJobOutOfTimeIsAskedToEndBeforeItIsKilled) {
  SandboxSpec job = shell_job(spec("hello"), std::string(kFlushing));
  job.limits.wall_time = milliseconds(300);
  FinishedRun ended = run(job);
  ASSERT_TRUE(limit_exceeded(ended, LimitKind::kWallTime));
  EXPECT_EQ(std::get<LimitExceeded>(ended.result.value().outcome).exit_code, 7);
  EXPECT_EQ(ended.out, "ready\nflushed\n");
  EXPECT_THAT(paths_of(ended), testing::ElementsAre("late"));
  EXPECT_LT(ended.elapsed, milliseconds(8'000));
  EXPECT_TRUE(exited(run(spec("hello")), 0));
}

TEST_F(ResourcesTest, T10ACancelledJobIsAskedToEndBeforeItIsKilled) {
  auto job = start(shell_job(spec("hello"), std::string(kFlushing)));
  ASSERT_TRUE(wait_for_output(*job, "ready"));
  job->kill();
  FinishedRun ended = wait(*job);
  EXPECT_TRUE(cancelled(ended));
  EXPECT_EQ(ended.out, "ready\nflushed\n");
  EXPECT_THAT(paths_of(ended), testing::ElementsAre("late"));
}

// A shell dies of SIGTERM immediately; its children still have the grace period.
TEST_F(ResourcesTest, T10EveryProcessOfAJobGetsTheGracePeriod) {
  std::string inner =
      "trap 'sleep 0.3; echo flushed; exit' TERM; echo ready; "
      "while :; do sleep 0.05; done";
  auto job = start(shell_job(spec("hello"), "sh -c \"" + inner + "\" & wait"));
  ASSERT_TRUE(wait_for_output(*job, "ready"));
  job->kill();
  FinishedRun ended = wait(*job);
  EXPECT_TRUE(cancelled(ended));
  EXPECT_EQ(ended.out, "ready\nflushed\n");
  EXPECT_LT(ended.elapsed, milliseconds(8'000)) << "nobody waits for longer than they take";
}

TEST_F(ResourcesTest, T11AJobThatIgnoresSigtermIsKilledAfterTheGracePeriod) {
  std::string marker = make_marker();
  auto deaf = start([&] {
    SandboxSpec job = spec("ignore_signals", {"wait", marker});
    job.limits.grace = milliseconds(400);
    return job;
  }());
  ASSERT_TRUE(wait_for_output(*deaf, "ready"));
  auto begin = std::chrono::steady_clock::now();
  deaf->kill();
  EXPECT_TRUE(cancelled(wait(*deaf)));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, milliseconds(400));
  EXPECT_TRUE(all_gone(marker));
}

TEST_F(ResourcesTest, T11AJobThatIgnoresEverySignalIsStoppedByTheCpuLimit) {
  std::string marker = make_marker();
  SandboxSpec deaf = spec("ignore_signals", {"burn", marker});
  deaf.limits.cpu_time = milliseconds(400);
  EXPECT_TRUE(limit_exceeded(run(deaf), LimitKind::kCpuTime));
  EXPECT_TRUE(all_gone(marker));
}

TEST_F(ResourcesTest, T11AJobThatIgnoresEverySignalIsStoppedByACancel) {
  std::string marker = make_marker();
  auto deaf = start(spec("ignore_signals", {"wait", marker}));
  ASSERT_TRUE(wait_for_output(*deaf, "ready"));
  EXPECT_EQ(processes_with(marker).size(), 1U);
  deaf->kill();
  EXPECT_TRUE(cancelled(wait(*deaf)));
  EXPECT_TRUE(all_gone(marker));
}

TEST_F(ResourcesTest, T13ACrashIsReported) {
  EXPECT_TRUE(signaled(run(spec("crash", {"segv"})), SIGSEGV));
  EXPECT_TRUE(signaled(run(spec("crash", {"abort"})), SIGABRT));
}

TEST_F(ResourcesTest, T13ACrashLeavesNoCoreFile) {
  FinishedRun limits = run(spec("crash", {"limits"}));
  // For files, a limit of 1 byte works like 0; for pipes it works better (core(5)).
  EXPECT_LE(parse_values(limits.out)["core-soft"], 1);
  EXPECT_LE(parse_values(limits.out)["core-hard"], 1);
  FinishedRun crash = run(spec("crash", {"dump"}));
  ASSERT_TRUE(signaled(crash, SIGSEGV));
  EXPECT_TRUE(crash.result.value().artifacts.empty());

  // The same crash leaves a core file in its folder if the limit can be raised.
  std::filesystem::path folder = directory() / "outside";
  std::filesystem::create_directory(folder);
  OutsideOptions options;
  options.directory = folder;
  OutsideRun control = run_outside("crash", {"dump"}, std::move(options));
  EXPECT_EQ(control.status, 128 + SIGSEGV);
  if (std::filesystem::is_empty(folder)) {
    GTEST_SKIP() << "no core file inside, but this host writes none outside either";
  }
}

}  // namespace
}  // namespace glovebox
