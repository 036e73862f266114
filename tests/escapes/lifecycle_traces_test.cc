// Threats C 46 and 47, where an init stays for several jobs: only for those that have left no
// trace, however small, of whatever kind.
#include <gmock/gmock.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "checks.h"
#include "processes.h"
#include "sandbox_fixture.h"

namespace glovebox {
namespace {

class TracesTest : public SandboxFixture {
 protected:
  // Elsewhere none ever stays: where a job may meddle with its init, and where times are coarse.
  static bool may_stay() {
    utsname kernel;
    int major = 0, minor = 0;
    bool known = ::uname(&kernel) == 0 && std::sscanf(kernel.release, "%d.%d", &major, &minor) == 2;
    return in_namespaces() && ::geteuid() == 0 && known &&
           (major > 6 || (major == 6 && minor >= 13));
  }
  bool is_counted() {
    return has_layer("cgroup-memory") && has_layer("cgroup-pids") && has_layer("cgroup-cpu");
  }

  // The one that waits for the next job.
  pid_t init_of_the_slot() {
    pid_t slot = descendants_of(launcher().pid()).at(1);
    std::vector<pid_t> inits;
    EXPECT_TRUE(pump_until([&] {
      inits = children_of(slot);
      return inits.size() == 1;
    }));
    return inits.empty() ? -1 : inits.front();
  }
  // The job is process 2 of its namespace, whatever others have been before.
  FinishedRun leave(std::vector<std::string> arguments) {
    FinishedRun run_of = run(spec("leave_trace", std::move(arguments)));
    EXPECT_TRUE(exited(run_of, 0));
    EXPECT_EQ(parse_values(run_of.out)["pid"], 2);
    EXPECT_EQ(parse_checks(run_of.out)["done"], 0) << run_of.out;
    return run_of;
  }
  // After it, an init that has had two jobs of this project stands, if any ever does.
  pid_t make_stay() {
    for (int i = 0; i < 2; ++i) leave({"nothing"});
    return init_of_the_slot();
  }
};

// The control to all below. A busy machine may keep the next job away for so long that no init
// waits.
TEST_F(TracesTest, T46AnInitStaysForJobsThatLeaveNoTrace) {
  if (!in_namespaces()) return;
  bool stayed = false;
  for (int attempt = 0; attempt < 10 && !stayed; ++attempt) {
    pid_t init = make_stay();
    for (int i = 0; i < 5; ++i) leave({"nothing"});
    // The numbers that a job uses up, the next one does not see: `leave` looks.
    for (int i = 0; i < 5; ++i) leave({"child"});
    stayed = init_of_the_slot() == init;
    if (!may_stay() || !is_counted()) break;
  }
  EXPECT_EQ(stayed, may_stay() && is_counted());
}

// Where it could, none would stay: there each init has one job.
TEST_F(TracesTest, T20AJobCannotTouchAnInitThatStays) {
  if (!in_namespaces() || ::geteuid() != 0) return;
  make_stay();
  for (int i = 0; i < 3; ++i) leave({"init"});
}

// Hints of how long what is written will live: no time of the folder tells of one.
TEST_F(TracesTest, T47NoHintCanBeLeftWithAFolder) {
  for (const std::string& folder : writable_folders()) {
    FinishedRun hinter = run(spec("leave_trace", {"hint", folder}));
    EXPECT_EQ(parse_checks(hinter.out)["done"], EPERM) << folder;
  }
}

struct Trace {
  const char* kind;
  const char* folder;
};

class TraceTest : public TracesTest, public testing::WithParamInterface<Trace> {};

INSTANTIATE_TEST_SUITE_P(
    All, TraceTest,
    testing::Values(Trace{"file", "/tmp"}, Trace{"file", "/dev/shm"}, Trace{"file", "/work"},
                    Trace{"nameless-file", "/tmp"}, Trace{"nameless-file", "/work"},
                    Trace{"mode", "/tmp"}, Trace{"mode", "/dev/shm"}, Trace{"mode", "/work"},
                    Trace{"times", "/tmp"}, Trace{"times", "/work"}, Trace{"attributes", "/tmp"},
                    Trace{"attributes", "/dev/shm"}, Trace{"semaphore", ""}, Trace{"queue", ""},
                    Trace{"shared-memory", ""}, Trace{"process", ""}),
    [](const auto& test) {
      std::string name = std::string(test.param.kind) + test.param.folder;
      std::erase_if(name, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); });
      return name;
    });

TEST_P(TraceTest, T47MeansAnotherInitForTheNextJob) {
  if (!in_namespaces()) return;
  if (GetParam().kind == std::string_view("shared-memory") && !has_layer("cgroup-memory")) {
    return;  // it is not there
  }
  pid_t init = make_stay();
  leave({GetParam().kind, GetParam().folder});
  leave({"nothing"});
  EXPECT_NE(init_of_the_slot(), init);
}

TEST_F(TracesTest, T47AProjectIsSeenAsItIsStoredNowThoughAnInitStays) {
  if (!in_namespaces()) return;
  SandboxSpec reader = spec("print_file", {"/work/text"});
  auto store = [&](const std::string& text) {
    std::ofstream(project("print_file") / "text") << text;
  };
  store("one");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(run(reader).out, "one");
  // Another folder of that name, as only one of the same content would be.
  std::filesystem::path folder = project("print_file");
  std::filesystem::path other = directory() / "other";
  std::filesystem::copy(folder, other, std::filesystem::copy_options::recursive);
  std::filesystem::rename(folder, directory() / "old");
  std::filesystem::rename(other, folder);
  store("two");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(run(reader).out, "two");
  // And one that is gone is gone.
  std::filesystem::remove_all(folder);
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(failed(run(reader)));
}

TEST_F(TracesTest, T47AnotherProjectMeansAnotherInit) {
  if (!in_namespaces()) return;
  for (int i = 0; i < 3; ++i) {
    leave({"nothing"});
    leave({"nothing"});
    EXPECT_EQ(run(spec("hello")).out, "hello\n");
  }
}

TEST_F(TracesTest, T47AnotherDiskLimitMeansAnotherInit) {
  if (!in_namespaces()) return;
  make_stay();
  SandboxSpec filler = spec("fill_file", {"0", "/tmp/full", "4"});
  filler.limits.disk = ByteCount(1 << 20);
  for (int i = 0; i < 2; ++i) {
    int answer = parse_checks(run(filler).out)["/tmp/full"];
    EXPECT_TRUE(answer == ENOSPC || answer == EFBIG) << answer;
  }
  leave({"nothing"});
}

// So that a project that was removed does not go on taking space.
TEST_F(TracesTest, T46AnInitThatNobodyNeedsForASecondLetsGoOfItsProject) {
  if (!in_namespaces()) return;
  pid_t init = make_stay();
  EXPECT_TRUE(!(may_stay() && is_counted()) ||
              pump_until([&] { return init_of_the_slot() != init; }));
  leave({"nothing"});
}

}  // namespace
}  // namespace glovebox
