// What a job may take of the kernel's own objects, and how soon a large one is gone: the bounds of
// "Neighbours" in docs/sandbox.md. bench/neighbours measures what each costs other jobs.
#include <gmock/gmock.h>

#include <cerrno>
#include <chrono>

#include "checks.h"
#include "sandbox_fixture.h"

namespace glovebox {
namespace {

using std::chrono::milliseconds;

// How long a burden may take to make and is held, and how much it is at most.
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
  // How many were made until the refusal; the job has to be refused with one of `errors`.
  std::int64_t made_until(const SandboxSpec& burden, const std::set<int>& errors) {
    FinishedRun ended = run(burden);
    EXPECT_TRUE(exited(ended, 0));
    EXPECT_THAT(errors, testing::Contains(parse_checks(ended.out)["refused"]));
    return parse_values(ended.out)["made"];
  }
  // Milliseconds from the kill until the end of every process was told.
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

TEST_F(NeighboursTest, InotifyIsBoundedOrNotThere) {
  EXPECT_LE(made_until(burden("inotify"), {EMFILE, ENOSYS, EPERM}), 32);
  // Without a /proc of the slot's own the user's limit holds, which is the host's.
  if (!has_layer("proc") && in_namespaces()) return;
  EXPECT_LE(made_until(burden("watches"), {ENOSPC, ENOSYS, EPERM, EBADF}), 8192);
}

TEST_F(NeighboursTest, KeysAreRefused) {
  EXPECT_EQ(made_until(burden("keys"), {EPERM, ENOSYS}), 0);
}

TEST_F(NeighboursTest, MappingsOfAProcessAreBoundedByTheKernel) {
  EXPECT_LE(made_until(burden("vmas"), {ENOMEM}), 65'530);
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
    // Unless they are made faster than the kernel takes them back.
    EXPECT_TRUE(exited(ended, 0) || limit_exceeded(ended, LimitKind::kMemory));
  } else if (what == "messages") {
    EXPECT_TRUE(limit_exceeded(ended, LimitKind::kMemory));
  }
}

// 100,000 of each are more than the limit has room for: the job ends, or the kernel takes back what
// it can.
TEST_P(CountedTest, IsMemoryOfTheJob) {
  if (!has_layer("cgroup-memory")) GTEST_SKIP() << "kernel memory is not held without a cgroup";
  std::string what = GetParam() == std::string("host_dentries") ? "host-dentries" : GetParam();
  SandboxSpec hog = burden(what);
  hog.allow_ipc = what == "messages";
  hog.limits.memory = ByteCount(16 << 20);
  FinishedRun ended = run(hog);
  if (ended.result.has_value()) {
    expect_within_limit(ended, what);
  } else {
    // Not held, and in docs/sandbox.md in bold: kernel memory is free only when its last holder has
    // ended, and until then the kernel may kill the supervisor for it as well.
    EXPECT_EQ(ended.result.error().message(), "the sandbox's slot died during the run");
  }
  // The slot serves on, at the same limit.
  SandboxSpec next = spec("hello");
  next.limits.memory = hog.limits.memory;
  EXPECT_TRUE(exited(run(next), 0));
}

// Not held: the kernel counts locks on ranges of files for nobody, and has no limit of them. What
// bounds them is the job's CPU time, since each one is put into a list that is searched.
TEST_F(NeighboursTest, LocksOnRangesAreNotHeld) {
  if (!has_layer("cgroup-memory")) GTEST_SKIP() << "kernel memory is not held without a cgroup";
  SandboxSpec locks = spec("burden_kernel", {"locks", "5", "40000"});  // 7 MiB
  locks.limits.open_files = 256;
  locks.limits.memory = ByteCount(6 << 20);
  locks.limits.wall_time = std::chrono::seconds(20) * patience_factor();
  FinishedRun ended = run(locks);
  EXPECT_TRUE(exited(ended, 0));
  EXPECT_EQ(parse_values(ended.out)["made"], 40'000);
}

TEST_F(NeighboursTest, AJobOfTenThousandThreadsIsKilledAtOnce) {
  int threads = 10'000 / patience_factor();
  SandboxSpec many = spec("spawn_threads", {std::to_string(threads), "hold"});
  many.limits.processes = threads + 100;
  many.limits.memory = ByteCount(1 << 30);
  many.limits.wall_time = std::chrono::seconds(60) * patience_factor();
  many.limits.cpu_time = many.limits.wall_time;
  auto job = start(many);
  ASSERT_TRUE(wait_for_output(*job, "threads value="));
  EXPECT_EQ(parse_values(job->out())["threads"], threads);
  EXPECT_LT(time_to_kill(*job), milliseconds(5000));
  EXPECT_TRUE(exited(run(spec("hello")), 0));
}

// The CPU quota would hold the killed processes too: it is lifted with the kill.
TEST_F(NeighboursTest, AJobWithOnePercentOfACpuIsKilledAtOnce) {
  SandboxSpec slow = spec("hold_processes", {"60", make_marker()});
  slow.limits.cpus = 0.01;
  slow.limits.wall_time = std::chrono::seconds(60) * patience_factor();
  Input input = make_input();
  auto job = start(slow, std::move(input.for_job));
  ASSERT_TRUE(wait_for_output(*job, "held value="));
  EXPECT_LT(time_to_kill(*job), milliseconds(2000));
}

}  // namespace
}  // namespace glovebox
