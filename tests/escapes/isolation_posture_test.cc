// Threats B 37 and 38: how a job is held, as the kernel tells it, and what the sandbox says of
// itself.
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <sstream>

#include "checks.h"
#include "sandbox_fixture.h"
#include "throwaway.h"

namespace glovebox {
namespace {

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

TEST_F(IsolationTest, T37EveryThreadIsHeldBeforeTheToolsFirstInstruction) {
  FinishedRun inside = run(spec("posture"));
  ASSERT_TRUE(exited(inside, 0));
  Posture posture = parse_posture(inside.out);
  for (auto [when, threads] : {std::pair("first", 1U), std::pair("later", 3U)}) {
    SCOPED_TRACE(when);
    EXPECT_EQ((posture[{when, "Threads"}]), std::vector{std::to_string(threads)});
    auto in_every_thread = [&](const char* field, const char* value) {
      EXPECT_EQ((posture[{when, field}]), std::vector<std::string>(threads, value)) << field;
    };
    in_every_thread("NoNewPrivs", "1");
    in_every_thread("Seccomp", "2");
    for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"}) {
      in_every_thread(set, "0000000000000000");
    }
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

TEST_F(IsolationTest, T37TheSameProgramIsNotHeldOutside) {
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

TEST_F(IsolationTest, T37SignalsAreAsNewWhateverTheServerMadeOfThem) {
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  for (int number : {SIGTERM, SIGUSR2, SIGRTMIN + 3}) sigaddset(&blocked, number);
  ::sigprocmask(SIG_BLOCK, &blocked, &before);
  const int ignored[] = {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGUSR1};
  for (int number : ignored) ::signal(number, SIG_IGN);
  FinishedRun inside = run(spec("posture"));
  for (int number : ignored) ::signal(number, SIG_DFL);
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  Posture posture = parse_posture(inside.out);
  EXPECT_EQ((posture[{"first", "SigBlk"}]), std::vector<std::string>{"0000000000000000"});
  EXPECT_EQ((posture[{"first", "SigIgn"}]), std::vector<std::string>{"0000000000000000"});
}

// Nothing in /proc tells of a Landlock domain, but it is asked before capabilities are: a device
// node is EACCES in one, and EPERM for want of a capability alone.
TEST_F(IsolationTest, T37LandlockHoldsTheJobWhereItIsReported) {
  if (!has_layer("landlock")) GTEST_SKIP() << "no Landlock on this host";
  Checks checks = parse_checks(run(spec("make_nodes")).out);
  EXPECT_EQ(checks["character-device"], EACCES);
  EXPECT_EQ(checks["block-device"], EACCES);
  Checks control = parse_checks(run_in_throwaway_namespaces("make_nodes").out);
  EXPECT_NE(control["character-device"], EACCES);
}

TEST_F(IsolationTest, T37TheJobIsTheSecondProcessOfAHostOfItsOwn) {
  FinishedRun inside = run(spec("posture"));
  EXPECT_THAT(inside.out, testing::HasSubstr("identity host glovebox\n"));
  EXPECT_THAT(inside.out, testing::HasSubstr("identity pid 2 ppid 1 session 2 group 2\n"));
}

TEST_F(IsolationTest, T38TheReportNamesEveryLayerOnceAndSaysWhatIsMissingAndWhy) {
  const IsolationReport& report = sandbox().isolation();
  EXPECT_EQ(report.tier, Tier::kNamespaces);
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
  EXPECT_EQ(probed.tier, standing.tier);
  EXPECT_EQ(probed.layers, standing.layers);
}

}  // namespace
}  // namespace glovebox
