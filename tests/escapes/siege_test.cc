// Threats 84 to 94: what a job can see, mark, forge or exhaust through shared objects.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <fstream>

#include "checks.h"
#include "sandbox_fixture.h"
#include "throwaway.h"

namespace glovebox {
namespace {

using testing::HasSubstr;
using testing::Not;

class SiegeTest : public SandboxFixture {
 protected:
  // Lines "allowed-…" are the control inside: what tools need works.
  void expect_closed(const std::string& sandboxee, const std::set<int>& answers,
                     const std::set<std::string>& uncontrolled = {}) {
    FinishedRun inside = run(spec(sandboxee));
    EXPECT_TRUE(exited(inside, 0)) << inside.out;
    for (const auto& [name, answer] : parse_checks(inside.out)) {
      if (name.starts_with("allowed-")) {
        EXPECT_EQ(answer, 0) << name;
        allowed_.insert(name);
      } else {
        EXPECT_TRUE(answers.contains(answer)) << name << " answered " << answer;
      }
    }
    expect_refused(without(inside.out, united(allowed_, uncontrolled)),
                   run_in_throwaway_namespaces(sandboxee), answers);
  }
  std::set<std::string> allowed_;
};

TEST_F(SiegeTest, T84NoUncountedKernelMemoryIsAllocated) {
  expect_closed("uncounted_memory", {EPERM, EINVAL}, {"name-mapping"});
}

TEST_F(SiegeTest, T85NoJobSeesWhoOpensFiles) {
  expect_closed("watch_files", {EPERM}, {"lease"});
}

TEST_F(SiegeTest, T86NoFileSystemIsQueriedByItsNumber) {
  FinishedRun inside = run(spec("file_systems"));
  EXPECT_TRUE(exited(inside, 0));
  EXPECT_EQ(parse_checks(inside.out)["ustat"], EPERM);
  EXPECT_EQ(parse_values(inside.out)["answered"], 0);
  EXPECT_GT(parse_values(run_in_throwaway_namespaces("file_systems").out)["answered"], 0);
}

TEST_F(SiegeTest, T87NoTimeIsLeftOnADevice) {
  struct stat before, after;
  ASSERT_EQ(::stat("/dev/null", &before), 0);
  FinishedRun first = run(spec("leave_mark"));
  EXPECT_TRUE(exited(first, 0)) << first.out;
  auto times = parse_values(first.out);
  EXPECT_EQ(times["left"], times["mtime"]);
  FinishedRun second = run(spec("leave_mark", {"look"}));
  EXPECT_EQ(parse_values(second.out)["mtime"], times["mtime"]);
  ASSERT_EQ(::stat("/dev/null", &after), 0);
  EXPECT_EQ(after.st_mtim.tv_sec, before.st_mtim.tv_sec);
  EXPECT_EQ(after.st_mtim.tv_nsec, before.st_mtim.tv_nsec);
  EXPECT_EQ(after.st_mode, before.st_mode);
}

// If each slot has its own device nodes: as root of the host. Elsewhere the node is the host's,
// which docs/sandbox.md states in bold.
TEST_F(SiegeTest, T88ALockOnADeviceDelaysNoOtherJob) {
  if (!in_namespaces() || ::geteuid() != 0) {
    GTEST_SKIP() << "without root of the host, devices are the host's";
  }
  use({.slots = 2});
  auto holder = start(spec("leave_mark", {"hold"}));
  ASSERT_TRUE(wait_for_output(*holder, "marked"));
  EXPECT_EQ(parse_checks(holder->out())["lock"], 0);
  FinishedRun other = run(spec("leave_mark", {"look"}));
  EXPECT_EQ(parse_checks(other.out)["lock"], 0);
  UniqueFd host(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  EXPECT_EQ(::flock(host.get(), LOCK_EX | LOCK_NB), 0);
}

TEST_F(SiegeTest, T89NoClockOrDescriptorRevealsOtherProcesses) {
  expect_closed("cpu_clocks", {EPERM, EINVAL});
}

TEST_F(SiegeTest, T90NothingRevealsThePageCache) {
  expect_closed("page_cache", {EPERM, EINVAL, EOPNOTSUPP, ENOSYS}, {"cachestat", "pageout"});
}

class ForgedVerdictTest : public SandboxFixture, public testing::WithParamInterface<int> {};
INSTANTIATE_TEST_SUITE_P(Signals, ForgedVerdictTest,
                         testing::Values(SIGXCPU, SIGXFSZ, SIGSYS, SIGKILL, SIGTERM),
                         [](const auto& test) { return ::sigabbrev_np(test.param); });

TEST_P(ForgedVerdictTest, T91ASignalThatAJobSendsItselfIsNoVerdict) {
  FinishedRun run_of = run(spec("forge_verdict", {std::to_string(GetParam())}));
  EXPECT_TRUE(signaled(run_of, GetParam()));
}

TEST_F(SiegeTest, T92NothingIdentifiesTheHost) {
  FinishedRun inside = run(spec("host_facts"));
  EXPECT_TRUE(exited(inside, 0));
  std::set<int> answers{ENOENT, ENOTTY, EACCES};
  for (const auto& [name, answer] : parse_checks(inside.out)) {
    EXPECT_TRUE(answers.contains(answer)) << name << " answered " << answer;
  }
  // Neither the server's data directory, nor the store.
  EXPECT_THAT(inside.out, Not(HasSubstr(directory().filename().native())));
  if (in_namespaces() && has_layer("proc")) {
    EXPECT_THAT(inside.out, HasSubstr(" /work "));
  }
  Checks control = parse_checks(run_in_throwaway_namespaces("host_facts").out);
  for (const char* name : {"cmdline", "stat", "meminfo"}) EXPECT_EQ(control[name], 0) << name;
}

TEST_F(SiegeTest, T93CallsThatNoToolNeedsAreRefused) {
  expect_closed("needless_doors", {EPERM, EINVAL, EOPNOTSUPP}, {"memory-merge", "out-of-band"});
}

// CVE-2019-5736: until its first exec a job's /proc/self/exe is our own program. Landlock refuses
// it as well; here the refusal comes before the kernel's check.
class OwnProgramTest : public SandboxFixture, public testing::WithParamInterface<const char*> {};
INSTANTIATE_TEST_SUITE_P(Ways, OwnProgramTest, testing::Values("script", "link", "script-to-link"),
                         [](const auto& test) {
                           std::string name = test.param;
                           std::erase(name, '-');
                           return name;
                         });

TEST_P(OwnProgramTest, T94OurOwnProgramIsNotExecuted) {
  SandboxSpec runs = spec("hello");
  std::filesystem::path folder = project(runs.project);
  std::string way = GetParam();
  if (way != "script") std::filesystem::create_symlink("/proc/self/exe", folder / "exe");
  if (way != "link") {
    std::ofstream(folder / "run") << (way == "script" ? "#!/proc/self/exe\n" : "#!/work/exe\n");
    std::filesystem::permissions(folder / "run", std::filesystem::perms(0755));
  }
  runs.argv = {way == "link" ? "./exe" : "./run"};
  EXPECT_TRUE(failed(run(runs)));
}

}  // namespace
}  // namespace glovebox
