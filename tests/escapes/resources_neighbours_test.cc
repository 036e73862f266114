// The amount of kernel objects that a job may use, and how soon many of them are freed: the bounds
// of "Neighbours" in docs/sandbox.md. bench/neighbours measures what each costs other jobs.
#include <gmock/gmock.h>

#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>

#include "base/os.h"
#include "checks.h"
#include "processes.h"
#include "sandbox_fixture.h"

namespace glovebox {
namespace {

using std::chrono::milliseconds;

// How long it may take to create the objects, how long they are held, and their maximum number.
std::string burden_seconds() {
  return std::to_string(0.5 * patience_factor());
}
constexpr const char* kMost = "100000";

class NeighboursTest : public SandboxFixture {
 protected:
  SandboxSpec burden(const std::string& what, const char* most = kMost) {
    SandboxSpec made = spec("burden_kernel", {what, burden_seconds(), most});
    made.limits.open_files = 256;
    made.limits.disk = ByteCount(64 << 20);
    made.limits.wall_time = std::chrono::seconds(20) * patience_factor();
    return made;
  }
  // How many were created before the refusal; the job has to be refused with one of `errors`.
  std::int64_t made_until(const SandboxSpec& burden, const std::set<int>& errors) {
    FinishedRun ended = run(burden);
    EXPECT_TRUE(exited(ended, 0));
    EXPECT_THAT(errors, testing::Contains(parse_checks(ended.out)["refused"]));
    return parse_values(ended.out)["made"];
  }
  // Milliseconds from the kill until the end of every process was reported.
  milliseconds time_to_kill(ActiveRun& run) {
    auto begin = std::chrono::steady_clock::now();
    run.kill();
    EXPECT_TRUE(cancelled(wait(run)));
    auto took = std::chrono::steady_clock::now() - begin;
    RecordProperty("kill_ms",
                   static_cast<int>(std::chrono::duration_cast<milliseconds>(took).count()));
    return std::chrono::duration_cast<milliseconds>(took);
  }
};

TEST_F(NeighboursTest, QueuedSignalsAndTimersAreBoundedByTheirRlimit) {
  for (const char* what : {"signals", "timers"}) {
    std::int64_t made = made_until(burden(what), {EAGAIN});
    EXPECT_LE(made, 1024) << what;
    EXPECT_GE(made, 512) << what;
  }
}

TEST_F(NeighboursTest, InotifyIsBoundedOrUnavailable) {
  EXPECT_LE(made_until(burden("inotify"), {EMFILE, ENOSYS, EPERM}), 32);
  // Without a /proc of the slot's own, the user's limit applies, which is the host's.
  if (!has_layer("proc") && in_namespaces()) return;
  EXPECT_LE(made_until(burden("watches"), {ENOSPC, ENOSYS, EPERM, EBADF}), 8192);
}

TEST_F(NeighboursTest, KeysAreRefused) {
  EXPECT_EQ(made_until(burden("keys"), {EPERM, ENOSYS}), 0);
}

TEST_F(NeighboursTest, MappingsOfAProcessAreBoundedByTheKernel) {
  SandboxSpec many = burden("vmas");
  many.argv[2] = "15";  // seconds: it is made until the refusal, also on a machine with other work
  EXPECT_LE(made_until(many, {ENOMEM}), 65'530);
}

TEST_F(NeighboursTest, InodesAreBoundedByTheDiskLimit) {
  if (!in_namespaces()) GTEST_SKIP() << "the landlock tier has no file system of the job's own";
  SandboxSpec few = burden("inodes");
  few.limits.disk = ByteCount(16 << 20);
  EXPECT_LE(made_until(few, {ENOSPC}), 4096);
}

class CountedTest : public NeighboursTest, public testing::WithParamInterface<const char*> {};
INSTANTIATE_TEST_SUITE_P(Objects, CountedTest,
                         testing::Values("pipes", "sockets", "messages", "dentries",
                                         "host_dentries"),
                         [](const auto& test) { return std::string(test.param); });

void expect_within_limit(const FinishedRun& ended, std::string_view what) {
  EXPECT_LE(ended.result.value().usage.peak_memory, ByteCount(17 << 20));
  if (what.ends_with("dentries")) {
    // Unless they are created faster than the kernel frees them.
    EXPECT_TRUE(exited(ended, 0) || limit_exceeded(ended, LimitKind::kMemory));
  } else {
    EXPECT_TRUE(limit_exceeded(ended, LimitKind::kMemory));
  }
}

// The limit has no room for 100,000 of each: the job ends, or the kernel reclaims what it can.
TEST_P(CountedTest, IsMemoryOfTheJob) {
  if (!has_layer("cgroup-memory")) GTEST_SKIP() << "kernel memory is not limited without a cgroup";
  std::string what = GetParam() == std::string("host_dentries") ? "host-dentries" : GetParam();
  SandboxSpec hog = burden(what);
  hog.allow_ipc = what == "messages";
  hog.limits.memory = ByteCount(16 << 20);
  FinishedRun ended = run(hog);
  ASSERT_TRUE(ended.result.has_value()) << ended.result.error().message();
  expect_within_limit(ended, what);
  // The slot continues to work, with the same limit.
  SandboxSpec next = spec("hello");
  next.limits.memory = hog.limits.memory;
  EXPECT_TRUE(exited(run(next), 0));
}

// Kernel memory is freed only when its last holder has ended. Until then the kernel may also kill
// the slot's supervisor, which is in the same leaf: that outcome is the job's `memory` too.
TEST_F(NeighboursTest, KernelMemoryOverTheLimitIsAlwaysTheMemoryVerdict) {
  if (!has_layer("cgroup-memory")) GTEST_SKIP() << "kernel memory is not limited without a cgroup";
  for (int i = 0; i < repetitions(10); ++i) {
    SandboxSpec hog = burden("storm");
    hog.limits.memory = ByteCount(16 << 20);
    EXPECT_TRUE(limit_exceeded(run(hog), LimitKind::kMemory));
    SandboxSpec next = spec("hello");
    next.limits.memory = hog.limits.memory;
    EXPECT_TRUE(exited(run(next), 0));
  }
}

// The same, forced: the test makes the kernel choose the supervisor.
TEST_F(NeighboursTest, ASupervisorKilledAtTheLimitOfItsJobIsTheMemoryVerdict) {
  if (!has_layer("cgroup-memory")) GTEST_SKIP() << "no leaf, and no kill";
  if (::geteuid() != 0) GTEST_SKIP() << "only root changes the score of a supervisor";
  std::string marker = make_marker();
  SandboxSpec hog = spec("hog_memory", {"1", "64", "after-input", marker});
  hog.limits.memory = ByteCount(16 << 20);
  Input input = make_input();
  auto job = start(hog, std::move(input.for_job));
  ASSERT_TRUE(wait_for_output(*job, "waits value="));
  pid_t supervisor = launcher_and_slots(launcher().pid()).back();
  auto score = [](pid_t pid, std::string_view text) {
    return os::write_file("/proc/" + std::to_string(pid) + "/oom_score_adj", text).has_value();
  };
  ASSERT_TRUE(score(supervisor, "1000"));
  for (pid_t pid : processes_with(marker)) ASSERT_TRUE(score(pid, "0"));
  ::kill(supervisor, SIGSTOP);  // otherwise it is faster, and lifts the limit
  input.for_test.reset();
  EXPECT_TRUE(limit_exceeded(wait(*job), LimitKind::kMemory));
  EXPECT_FALSE(is_alive(supervisor));
  EXPECT_THAT(job->out(), testing::HasSubstr("waits")) << "output is kept";
  EXPECT_TRUE(exited(run(spec("hello")), 0));
}

// Not limited: the kernel does not count locks on ranges of files. The job's CPU time bounds them,
// because each lock is inserted into a list that is searched.
TEST_F(NeighboursTest, LocksOnRangesAreNotLimited) {
  if (!has_layer("cgroup-memory")) GTEST_SKIP() << "kernel memory is not limited without a cgroup";
  SandboxSpec locks = spec("burden_kernel", {"locks", "5", "40000"});  // 7 MiB
  locks.limits.open_files = 256;
  locks.limits.memory = ByteCount(6 << 20);
  locks.limits.wall_time = std::chrono::seconds(20) * patience_factor();
  FinishedRun ended = run(locks);
  EXPECT_TRUE(exited(ended, 0));
  EXPECT_EQ(parse_values(ended.out)["made"], 40'000);
}

TEST_F(NeighboursTest, AJobOfTenThousandThreadsIsKilledQuickly) {
  int threads = 10'000 / patience_factor();
  SandboxSpec many = spec("spawn_threads", {std::to_string(threads), "hold"});
  many.limits.processes = threads + 100;
  many.limits.memory = ByteCount(1 << 30);
  many.limits.wall_time = std::chrono::seconds(60) * patience_factor();
  many.limits.cpu_time = many.limits.wall_time;
  auto job = start(many);
  ASSERT_TRUE(wait_for_output(*job, "threads value="));
  EXPECT_EQ(parse_values(job->out())["threads"], threads);
  EXPECT_LT(time_to_kill(*job), milliseconds(5000) * patience_factor());
  EXPECT_TRUE(exited(run(spec("hello")), 0));
}

// The CPU quota would delay the killed processes too, so it is lifted with the kill.
TEST_F(NeighboursTest, AJobWithOnePercentOfACpuIsKilledQuickly) {
  SandboxSpec slow = spec("hold_processes", {"60", make_marker()});
  slow.limits.cpus = 0.01;
  slow.limits.wall_time = std::chrono::seconds(60) * patience_factor();
  Input input = make_input();
  auto job = start(slow, std::move(input.for_job));
  ASSERT_TRUE(wait_for_output(*job, "held value="));
  EXPECT_LT(time_to_kill(*job), milliseconds(2000) * patience_factor());
}

}  // namespace
}  // namespace glovebox
