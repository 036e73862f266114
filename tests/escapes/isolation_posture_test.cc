// Threats B 37 and 38: the restrictions of a job, as the kernel shows them, and as the sandbox
// reports them.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

#include "checks.h"
#include "processes.h"
#include "sandbox_fixture.h"
#include "throwaway.h"

namespace glovebox {
namespace {
namespace fs = std::filesystem;

using IsolationTest = SandboxFixture;

// "first NoNewPrivs:\t1" → {"first", "NoNewPrivs"} has "1", once for each thread.
using Posture = std::map<std::pair<std::string, std::string>, std::vector<std::string>>;

Posture parse_posture(const std::string& text) {
  Posture posture;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::size_t space = line.find(' ');
    std::size_t colon = line.find(":\t");
    if (space == std::string::npos || colon == std::string::npos || colon < space) continue;
    posture[{line.substr(0, space), line.substr(space + 1, colon - space - 1)}].push_back(
        line.substr(colon + 2));
  }
  return posture;
}

// "limit core 0 0" → core has {soft, hard}.
std::map<std::string, std::pair<std::int64_t, std::int64_t>> parse_limits(const std::string& text) {
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> limits;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string kind;
    std::string name;
    std::pair<std::int64_t, std::int64_t> values;
    if (words >> kind >> name >> values.first >> values.second && kind == "limit") {
      limits[name] = values;
    }
  }
  return limits;
}

// For each thread that reported, its values at "when".
void expect_held(Posture& posture, const char* when, std::size_t threads) {
  SCOPED_TRACE(when);
  auto in_every_thread = [&](const char* field, const char* value) {
    EXPECT_EQ((posture[{when, field}]), std::vector<std::string>(threads, value)) << field;
  };
  in_every_thread("NoNewPrivs", "1");
  in_every_thread("Seccomp", "2");
  for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapAmb"}) {
    in_every_thread(set, "0000000000000000");
  }
}

TEST_F(IsolationTest, T37EveryThreadIsRestrictedBeforeTheToolsFirstInstruction) {
  FinishedRun inside = run(spec("posture"));
  ASSERT_TRUE(exited(inside, 0));
  Posture posture = parse_posture(inside.out);
  expect_held(posture, "first", 1);
  if (!in_namespaces()) return;  // its later threads are examined from outside, below
  expect_held(posture, "later", 3);
  for (auto [when, threads] : {std::pair("first", 1U), std::pair("later", 3U)}) {
    SCOPED_TRACE(when);
    EXPECT_EQ((posture[{when, "Threads"}]), std::vector{std::to_string(threads)});
    auto in_every_thread = [&](const char* field, const char* value) {
      EXPECT_EQ((posture[{when, field}]), std::vector<std::string>(threads, value)) << field;
    };
    in_every_thread("CapBnd", "0000000000000000");
    in_every_thread("Uid", "1000\t1000\t1000\t1000");
    in_every_thread("Gid", "1000\t1000\t1000\t1000");

    in_every_thread("SigIgn", "0000000000000000");
    // The C library blocks signals while it starts a thread.
    EXPECT_EQ((posture[{when, "SigBlk"}].front()), "0000000000000000");
    for (const std::string& groups : posture[{when, "Groups"}]) {
      EXPECT_TRUE(groups.find_first_not_of(" ") == std::string::npos || groups == "1000 ")
          << groups;
    }
  }
}

// A waiting job, seen from the host: its restrictions, whatever it reports about itself.
class PostureFromOutsideTest : public SandboxFixture {
 protected:
  void SetUp() override {
    std::string marker = make_marker();
    Input input = make_input();
    active_ = start(spec("posture", {marker}), std::move(input.for_job));
    ASSERT_TRUE(wait_for_output(*active_, "waiting"));
    input_ = std::move(input.for_test);
    std::vector<pid_t> found = processes_with(marker);
    ASSERT_EQ(found.size(), 1U);
    pid_ = found.front();
  }
  void TearDown() override {
    input_.reset();
    if (!active_) return;
    EXPECT_TRUE(exited(wait(*active_), 0));
  }
  std::string entry(const std::string& name) const {
    return "/proc/" + std::to_string(pid_) + "/" + name;
  }

  pid_t pid_ = -1;

 private:
  UniqueFd input_;
  std::unique_ptr<ActiveRun> active_;
};

TEST_F(PostureFromOutsideTest, T37EveryThreadIsRestricted) {
  std::vector<pid_t> threads = threads_of(pid_);
  EXPECT_EQ(threads.size(), 3U);
  for (pid_t thread : threads) {
    SCOPED_TRACE(thread);
    EXPECT_EQ(status_field(thread, "NoNewPrivs"), "1");
    EXPECT_EQ(status_field(thread, "Seccomp"), "2");
    for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapAmb"}) {
      EXPECT_EQ(status_field(thread, set), "0000000000000000") << set;
    }
    // Dropping the bounding set needs a capability, which an ordinary user has only in a namespace.
    // no_new_privs prevents exec from restoring any of it.
    if (in_namespaces()) {
      EXPECT_EQ(status_field(thread, "CapBnd"), "0000000000000000");
    }
    EXPECT_EQ(status_field(thread, "SigIgn"), "0000000000000000");
    std::string uid = std::to_string(::getuid());
    std::string shared = uid + "\t" + uid + "\t" + uid + "\t" + uid;
    if (has_layer("own-uid")) {
      EXPECT_NE(status_field(thread, "Uid"), shared);
    } else {
      EXPECT_EQ(status_field(thread, "Uid"), shared);
    }
  }
}

TEST_F(PostureFromOutsideTest, T37DescriptorsAreThreeAndLimitsAreHard) {
  std::set<std::string> open;
  for (const auto& fd : fs::directory_iterator(entry("fd"))) open.insert(fd.path().filename());
  EXPECT_THAT(open, testing::ElementsAre("0", "1", "2"));
  for (const auto& fd : fs::directory_iterator(entry("fd"))) {
    EXPECT_THAT(fs::read_symlink(fd.path()).string(), testing::StartsWith("pipe:"));
  }
  std::ifstream limits(entry("limits"));
  std::string text{std::istreambuf_iterator<char>(limits), {}};
  EXPECT_THAT(text, testing::ContainsRegex("Max open files +64 +64 "));
  EXPECT_THAT(text, testing::ContainsRegex("Max file size +33554432 +33554432 "));
  EXPECT_THAT(text, testing::ContainsRegex("Max core file size +[01] +[01] "));
  EXPECT_THAT(text, testing::ContainsRegex(
                        fmt::format("Max cpu time +{0} +{0} ", 30 * patience_factor() + 1)));
}

// Each namespace that a tier promises differs from the server's; the landlock tier promises none.
TEST_F(PostureFromOutsideTest, T37NamespacesAreWhatTheTierPromises) {
  for (const char* kind : {"user", "pid", "mnt", "net", "ipc", "uts", "cgroup"}) {
    fs::path theirs = fs::read_symlink(entry(std::string("ns/") + kind));
    fs::path ours = fs::read_symlink(std::string("/proc/self/ns/") + kind);
    EXPECT_EQ(theirs != ours, in_namespaces()) << kind;
  }
}

TEST_F(PostureFromOutsideTest, T37SessionAndGroupAreTheJobsOwn) {
  EXPECT_EQ(::getsid(pid_), pid_);
  EXPECT_EQ(::getpgid(pid_), pid_);
  pid_t slot = descendants_of(launcher().pid()).at(1);
  EXPECT_NE(::getsid(slot), pid_);
  // The process that reaps it: its own init, or the slot.
  bool by_slot = status_field(pid_, "PPid") == std::to_string(slot);
  EXPECT_EQ(by_slot, !in_namespaces());
}

TEST_F(IsolationTest, T37TheSameProgramIsNotRestrictedOutside) {
  Posture posture = parse_posture(run_in_throwaway_namespaces("posture").out);
  if (posture.empty()) GTEST_SKIP() << "no throwaway namespaces on this host";
  EXPECT_EQ((posture[{"first", "Seccomp"}]), std::vector<std::string>{"0"});
  EXPECT_NE((posture[{"first", "CapEff"}]), std::vector<std::string>{"0000000000000000"});
}

TEST_F(IsolationTest, T37LimitsAreSetAndHard) {
  SandboxSpec asker = spec("posture");
  asker.limits.open_files = 77;
  asker.limits.disk = ByteCount(12 << 20);
  FinishedRun inside = run(asker);
  auto limits = parse_limits(inside.out);
  EXPECT_LE(limits["core"].second, 1);
  EXPECT_EQ(limits["nofile"], std::pair(std::int64_t{77}, std::int64_t{77}));
  EXPECT_EQ(limits["fsize"], std::pair(std::int64_t{12 << 20}, std::int64_t{12 << 20}));
  EXPECT_EQ(limits["nice"].second, 0);
  EXPECT_EQ(limits["rtprio"].second, 0);
  for (const char* bounded : {"memlock", "msgqueue", "sigpending"}) {
    EXPECT_GE(limits[bounded].second, 0) << bounded << " is unlimited";
    EXPECT_LE(limits[bounded].second, 64 << 20) << bounded;
  }
}

TEST_F(IsolationTest, T37SignalsAreResetWhateverTheServerDid) {
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  for (int number : {SIGTERM, SIGUSR2, SIGRTMIN + 3}) sigaddset(&blocked, number);
  ::sigprocmask(SIG_BLOCK, &blocked, &before);
  const int ignored[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGUSR1};
  for (int number : ignored) ::signal(number, SIG_IGN);
  std::string marker = make_marker();
  Input input = make_input();
  auto active = start(spec("wait_for_end", {marker}), std::move(input.for_job));
  bool ready = wait_for_output(*active, "ready");
  for (int number : ignored) ::signal(number, SIG_DFL);
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  ASSERT_TRUE(ready);
  pid_t job = processes_with(marker).at(0);
  EXPECT_EQ(status_field(job, "SigBlk"), "0000000000000000");
  EXPECT_EQ(status_field(job, "SigIgn"), "0000000000000000");
  input.for_test.reset();
  EXPECT_TRUE(exited(wait(*active), 0));
}

// /proc shows nothing about Landlock domains. A process can be in 16 nested domains (landlock(7),
// E2BIG), so a job can enter one fewer than a process outside.
TEST_F(IsolationTest, T37LandlockRestrictsTheJobIfReported) {
  if (!has_layer("landlock")) GTEST_SKIP() << "no Landlock on this host";
  auto domains = [](const std::string& out) { return parse_values(out)["domains"]; };
  EXPECT_EQ(domains(run(spec("landlock_domains")).out), 15);
  EXPECT_EQ(domains(run_in_throwaway_namespaces("landlock_domains").out), 16);
}

TEST_F(IsolationTest, T37TheJobIsTheSecondProcessOfItsNamespace) {
  FinishedRun inside = run(spec("posture"));
  if (!in_namespaces()) {
    // It is one of the host's processes, and sees the host's name.
    char host[256] = {};
    ASSERT_EQ(::gethostname(host, sizeof host - 1), 0);
    EXPECT_THAT(inside.out, testing::HasSubstr("identity host " + std::string(host) + "\n"));
    return;
  }
  EXPECT_THAT(inside.out, testing::HasSubstr("identity host glovebox\n"));
  EXPECT_THAT(inside.out, testing::HasSubstr("identity pid 2 ppid 1 session 2 group 2\n"));
}

TEST_F(IsolationTest, T38TheReportNamesEveryLayerOnceAndSaysWhatIsMissingAndWhy) {
  const IsolationReport& report = sandbox().isolation();
  EXPECT_EQ(report.tier, tier());
  std::set<std::string> layers(report.layers.begin(), report.layers.end());
  EXPECT_EQ(layers.size(), report.layers.size());
  EXPECT_TRUE(layers.count("seccomp"));
  for (const MissingLayer& missing : report.missing) {
    EXPECT_EQ(layers.count(missing.layer), 0U) << missing.layer << " is both on and missing";
    EXPECT_FALSE(missing.layer.empty());
    EXPECT_FALSE(missing.why.empty()) << missing.layer;
    EXPECT_FALSE(missing.remedy.empty()) << missing.layer;
  }
}

TEST_F(IsolationTest, T38ProbingFindsWhatTheSlotsHave) {
  IsolationReport probed = probe_isolation();
  const IsolationReport& standing = sandbox().isolation();
  if (!in_namespaces()) {
    // Requested by name. By default Glovebox uses the stronger tier if it is available.
    EXPECT_GE(probed.tier, standing.tier);
    return;
  }
  EXPECT_EQ(probed.tier, standing.tier);
  EXPECT_EQ(probed.layers, standing.layers);
}

}  // namespace
}  // namespace glovebox
