// Threats C 46 and 47, with an init that is reused for several jobs: only after jobs that left no
// trace of any kind.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
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
  static bool kernel_is_at_least(int major, int minor) {
    utsname kernel;
    int here = 0, here_minor = 0;
    return ::uname(&kernel) == 0 && std::sscanf(kernel.release, "%d.%d", &here, &here_minor) == 2 &&
           (here > major || (here == major && here_minor >= minor));
  }
  // It is never reused if a job can affect its init, or if times are coarse.
  static bool may_stay() {
    return in_namespaces() && ::geteuid() == 0 && kernel_is_at_least(6, 13);
  }
  // If /work is a copy, no init waits for a job.
  static bool inits_wait() { return in_namespaces() && kernel_is_at_least(6, 6); }
  bool is_counted() {
    return has_layer("cgroup-memory") && has_layer("cgroup-pids") && has_layer("cgroup-cpu");
  }

  // What the next job will get: the init, and the writable file systems. Held open, so that no
  // other object gets the number of a deleted one.
  struct Room {
    pid_t init = -1;
    dev_t tmp = 0;
    UniqueFd held;
    bool operator==(const Room& other) const { return init == other.init && tmp == other.tmp; }
  };
  Room room() {
    if (!inits_wait()) return {};
    pid_t slot = descendants_of(launcher().pid()).at(1);
    Room room;
    EXPECT_TRUE(pump_until([&] {
      std::vector<pid_t> inits = children_of(slot);
      if (inits.size() != 1) return false;
      room.init = inits.front();
      if (::geteuid() != 0) return true;  // others may not look
      std::string tmp = "/proc/" + std::to_string(room.init) + "/root/tmp";
      room.held.reset(::open(tmp.c_str(), O_PATH | O_CLOEXEC));
      struct stat status;
      if (::fstat(room.held.get(), &status) != 0) return false;
      room.tmp = status.st_dev;
      return true;
    }));
    return room;
  }
  // The job is process 2 of its namespace, whatever earlier jobs were.
  FinishedRun leave(std::vector<std::string> arguments) {
    SandboxSpec leaver = spec("leave_trace", std::move(arguments));
    leaver.allow_ipc = true;
    FinishedRun run_of = run(std::move(leaver));
    EXPECT_TRUE(exited(run_of, 0));
    EXPECT_EQ(parse_values(run_of.out)["pid"], 2);
    EXPECT_EQ(parse_checks(run_of.out)["done"], 0) << run_of.out;
    return run_of;
  }
  // Afterwards, what two jobs of this project have used is kept for the third, if it is ever kept.
  Room make_stay() {
    for (int i = 0; i < 2; ++i) leave({"nothing"});
    return room();
  }
};

// The control for all tests below. A busy machine may delay the next job so long that no init
// waits.
TEST_F(TracesTest, T46EverythingIsReusedForJobsThatLeaveNoTrace) {
  if (!inits_wait()) return;
  bool stayed = false;
  for (int attempt = 0; attempt < 10 && !stayed; ++attempt) {
    Room before = make_stay();
    for (int i = 0; i < 5; ++i) leave({"nothing"});
    // The next job cannot see which numbers a job used: `leave` checks this.
    for (int i = 0; i < 5; ++i) leave({"child"});
    stayed = room() == before;
    if (!may_stay() || !is_counted()) break;
  }
  EXPECT_EQ(stayed, may_stay() && is_counted());
}

// If the job could, no init would be reused: each init would have one job.
TEST_F(TracesTest, T20AJobCannotAffectAReusedInit) {
  if (!inits_wait() || ::geteuid() != 0) return;
  make_stay();
  for (int i = 0; i < 3; ++i) leave({"init"});
}

// Hints about the lifetime of written data: no time of the folder shows them.
TEST_F(TracesTest, T47NoHintCanBeLeftOnAFolder) {
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

TEST_P(TraceTest, T47ATraceMeansNewMountsForTheNextJob) {
  if (!inits_wait()) return;
  std::string_view kind = GetParam().kind;
  // A job cannot leave an object that it cannot create.
  if (kind == "shared-memory" && !has_layer("cgroup-memory")) return;
  Room before = make_stay();
  leave({GetParam().kind, GetParam().folder});
  leave({"nothing"});
  EXPECT_FALSE(room() == before);
  // What is outside the file systems is removed only with the init.
  bool in_files = GetParam().folder[0] == '/';
  EXPECT_TRUE(in_files || room().init != before.init);
}

TEST_F(TracesTest, T47AProjectIsSeenAsStoredNowAlthoughTheInitIsReused) {
  if (!in_namespaces()) return;
  SandboxSpec reader = spec("print_file", {"/work/text"});
  auto store = [&](const std::string& text) {
    std::ofstream(project("print_file") / "text") << text;
  };
  store("one");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(run(reader).out, "one");
  // Another folder of that name, as if it had the same content.
  std::filesystem::path folder = project("print_file");
  std::filesystem::path other = directory() / "other";
  std::filesystem::copy(folder, other, std::filesystem::copy_options::recursive);
  std::filesystem::rename(folder, directory() / "old");
  std::filesystem::rename(other, folder);
  store("two");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(run(reader).out, "two");
  // A removed project is removed.
  std::filesystem::remove_all(folder);
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(failed(run(reader)));
}

TEST_F(TracesTest, T47AnotherProjectIsSeenByTheNextJob) {
  if (!in_namespaces()) return;
  for (int i = 0; i < 3; ++i) {
    leave({"nothing"});
    leave({"nothing"});
    EXPECT_EQ(run(spec("hello")).out, "hello\n");
  }
}

TEST_F(TracesTest, T47AnotherDiskLimitAppliesToTheNextJob) {
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

// So that a removed project does not continue to use space.
TEST_F(TracesTest, T46AnIdleInitReleasesItsProjectAfterASecond) {
  if (!in_namespaces()) return;
  Room before = make_stay();
  EXPECT_TRUE(!(may_stay() && is_counted()) || pump_until([&] { return !(room() == before); }));
  leave({"nothing"});
}

}  // namespace
}  // namespace glovebox
