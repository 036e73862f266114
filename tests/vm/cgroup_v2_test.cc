// cgroup v2 as service managers, containers and people delegate it (cgroups(7)), and a leaf's
// limits and counters as a real kernel maintains them.
#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <functional>

#include "base/os.h"
#include "sandbox/cgroup/cgroup_meter.h"
#include "sandbox/cgroup/cgroup_tree.h"
#include "sandbox/pool/launcher_process.h"

namespace glovebox {
namespace {

using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;

const std::string kRoot = "/sys/fs/cgroup";
const std::string kCase = kRoot + "/case";

std::string read_text(const std::string& path) {
  Result<std::string> text = os::read_file(path, 1 << 16);
  return text.has_value() ? *text : std::string();
}

std::string cgroup_of(pid_t pid) {
  return read_text(fmt::format("/proc/{}/cgroup", pid));
}

// Deepest first: a cgroup with children cannot be removed.
void remove_cgroup(const fs::path& cgroup) {
  std::error_code ignored;
  std::vector<fs::path> below;
  for (const auto& entry : fs::directory_iterator(cgroup, ignored)) {
    if (entry.is_directory()) below.push_back(entry.path());
  }
  for (const fs::path& child : below) remove_cgroup(child);
  ::rmdir(cgroup.c_str());
}

// The exit code of a child.
std::string in_child(const std::function<std::string()>& act) {
  auto [reader, writer] = os::pipe().value();
  pid_t child = ::fork();
  if (child == 0) {
    (void)os::write_fd(writer.get(), act() + " ", "pipe");
    ::_exit(0);
  }
  writer.reset();
  std::string said;
  char block[4096];
  for (ssize_t size; (size = ::read(reader.get(), block, sizeof block)) > 0;) {
    said.append(block, static_cast<std::size_t>(size));
  }
  ::waitpid(child, nullptr, 0);
  return said;
}

class CgroupV2Test : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(os::ensure_dir(kCase, 0755).has_value()); }
  void TearDown() override {
    if (bystander_ > 0) {
      ::kill(bystander_, SIGKILL);
      ::waitpid(bystander_, nullptr, 0);
    }
    remove_cgroup(kCase);
  }

  // A child that is moved into the cgroup and runs this function there. Returns its result.
  static std::string inside(const std::string& cgroup, const std::function<std::string()>& act) {
    return in_child([&] {
      Result<void> entered = os::write_file(cgroup + "/cgroup.procs", "0");
      return entered.has_value() ? act() : entered.error().message();
    });
  }

  // The layers of a launcher that is started here, what is missing and why, and the server's
  // cgroup.
  static std::string launch() {
    LauncherOptions options;
    options.slots = 1;
    options.project_root = fs::temp_directory_path();
    Result<LauncherProcess> launcher = LauncherProcess::spawn(options);
    if (launcher.has_error()) return launcher.error().message();
    std::string said = cgroup_of(::getpid());
    for (const std::string& layer : launcher->isolation().layers) said += "has " + layer + "\n";
    for (const MissingLayer& layer : launcher->isolation().missing) {
      said += fmt::format("lacks {}: {}\n", layer.layer, layer.why);
    }
    return said;
  }

  void start_bystander(const std::string& cgroup) {
    bystander_ = ::fork();
    if (bystander_ == 0) {
      for (;;) ::pause();
    }
    ASSERT_TRUE(os::write_file(cgroup + "/cgroup.procs", std::to_string(bystander_)).has_value());
  }

  pid_t bystander_ = -1;
};

testing::Matcher<std::string> has_all_controllers() {
  return testing::AllOf(HasSubstr("has cgroup-memory"), HasSubstr("has cgroup-pids"),
                        HasSubstr("has cgroup-cpu"));
}

TEST_F(CgroupV2Test, IsDividedIfItHasNoOtherProcesses) {
  std::string said = inside(kCase, launch);
  EXPECT_THAT(said, has_all_controllers());
  EXPECT_THAT(said, HasSubstr("0::/case/glovebox-server\n"));
}

TEST_F(CgroupV2Test, IsDividedOnceForTwoLaunchers) {
  std::string said = inside(kCase, [] { return launch() + "\nagain\n" + launch(); });
  said.erase(0, said.find("again"));
  EXPECT_THAT(said, has_all_controllers());
  EXPECT_THAT(said, HasSubstr("0::/case/glovebox-server\n"));
}

TEST_F(CgroupV2Test, DoesNotMoveProcessesOfOthers) {
  start_bystander(kCase);
  std::string said = inside(kCase, launch);
  EXPECT_THAT(said, Not(HasSubstr("has cgroup-memory")));
  EXPECT_THAT(said, HasSubstr("our cgroup /case was not delegated to us and holds processes"));
  EXPECT_EQ(cgroup_of(bystander_), "0::/case\n");
}

TEST_F(CgroupV2Test, IsDividedWithAllItsProcessesIfDelegated) {
  ASSERT_EQ(::setxattr(kCase.c_str(), "user.delegate", "1", 1, 0), 0) << std::strerror(errno);
  start_bystander(kCase);
  EXPECT_THAT(inside(kCase, launch), has_all_controllers());
  EXPECT_EQ(cgroup_of(bystander_), "0::/case/glovebox-server\n");
}

TEST_F(CgroupV2Test, IsDividedWithAllItsProcessesInAContainer) {
  start_bystander(kCase);
  std::string said = inside(kCase, [] {
    if (::unshare(CLONE_NEWCGROUP | CLONE_NEWNS) != 0) return std::string("unshare");
    if (os::mount("none", "/", nullptr, MS_REC | MS_PRIVATE).has_error() ||
        ::umount2(kRoot.c_str(), MNT_DETACH) != 0 ||
        os::mount("none", kRoot, "cgroup2", 0).has_error()) {
      return std::string("mount");
    }
    return launch();
  });
  EXPECT_THAT(said, has_all_controllers());
  EXPECT_THAT(said, HasSubstr("0::/glovebox-server\n"));
  EXPECT_EQ(cgroup_of(bystander_), "0::/case/glovebox-server\n");
}

TEST_F(CgroupV2Test, AReadOnlyCgroupIsReported) {
  std::string said = inside(kCase, [] {
    if (::unshare(CLONE_NEWNS) != 0) return std::string("unshare");
    if (os::mount("none", "/", nullptr, MS_REC | MS_PRIVATE).has_error() ||
        os::mount("none", kRoot, nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY).has_error()) {
      return std::string("mount");
    }
    return launch();
  });
  EXPECT_THAT(said, Not(HasSubstr("has cgroup-memory")));
  EXPECT_THAT(said, HasSubstr("Read-only file system"));
}

TEST_F(CgroupV2Test, ProvidesItsControllers) {
  ASSERT_TRUE(os::write_file(kCase + "/cgroup.subtree_control", "+pids").has_value());
  ASSERT_TRUE(os::ensure_dir(kCase + "/inner", 0755).has_value());
  std::string said = inside(kCase + "/inner", launch);
  EXPECT_THAT(said, HasSubstr("has cgroup-pids"));
  EXPECT_THAT(said, HasSubstr("lacks cgroup-memory"));
  EXPECT_THAT(said, HasSubstr("lacks cgroup-cpu"));
}

// ---- One leaf, its limits and its counters.

Limits small_limits() {
  Limits limits;
  limits.memory = ByteCount(16 << 20);
  limits.processes = 6;
  limits.cpus = 0.5;
  return limits;
}

struct Leaf {
  CgroupLeaf leaf;
  std::string directory;
  CgroupMeter meter{CgroupFiles()};

  Leaf() {
    leaf = CgroupTree::discover().make_leaf(0).value();
    directory = leaf.directories.at(0);
    meter = CgroupMeter(std::move(leaf.files));
    if (meter.begin(small_limits()).has_error()) directory = "limits refused";
  }
  ~Leaf() { leaf.remove(); }
  Leaf(const Leaf&) = delete;
  Leaf& operator=(const Leaf&) = delete;

  // A process in the leaf runs this function; returns how it ended.
  int run(const std::function<void()>& act) const {
    auto go = os::pipe().value();
    pid_t child = ::fork();
    if (child == 0) {
      char byte;
      go.second.reset();
      [[maybe_unused]] ssize_t told = ::read(go.first.get(), &byte, 1);
      act();
      ::_exit(0);
    }
    Result<void> entered = leaf.enter(child);
    go.second.reset();
    int status = 0;
    ::waitpid(child, &status, 0);
    return entered.has_value() ? status : -1;
  }
  std::string get(const char* file) const { return read_text(directory + "/" + file); }
};

// Acts as a keeper whose parent is the server: when a cgroup is divided, both are moved.
std::string with_leaf(const std::function<std::string(Leaf&)>& act) {
  return in_child([&] {
    ::setsid();
    Leaf leaf;
    return act(leaf);
  });
}

void touch_memory(std::size_t bytes) {
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  std::memset(memory, 1, bytes);
}

TEST_F(CgroupV2Test, SetsTheLimitsOfALeaf) {
  std::string said = inside(kCase, [] {
    return with_leaf([](Leaf& leaf) {
      std::string before = leaf.get("memory.max");
      leaf.run([&] {
        touch_memory(12 << 20);
        leaf.meter.make_room();
      });
      return fmt::format("{}{}{}{}{}", before, leaf.get("memory.max"), leaf.get("pids.max"),
                         leaf.get("cpu.max"), leaf.get("memory.swap.max"));
    });
  });
  EXPECT_EQ(said, "16777216\nmax\n8\n50000 100000\n0\n  ");
}

TEST_F(CgroupV2Test, KillsAndReportsWhenMemoryRunsOut) {
  std::string said = inside(kCase, [] {
    return with_leaf([](Leaf& leaf) {
      bool before = leaf.meter.out_of_memory();
      int status = leaf.run([] { touch_memory(64 << 20); });
      pollfd notified{leaf.meter.notify_fd(), leaf.meter.notify_events(), 0};
      int polled = ::poll(&notified, 1, 5000);
      bool again_quiet = leaf.meter.begin(small_limits()).has_value();
      return fmt::format("before {} killed {} polled {} events {} next {} out {}", before,
                         WIFSIGNALED(status), polled, leaf.get("memory.events"), again_quiet,
                         leaf.meter.out_of_memory());
    });
  });
  EXPECT_THAT(said, HasSubstr("before false killed true polled 1"));
  EXPECT_THAT(said, HasSubstr("oom_kill 1\n"));
  EXPECT_THAT(said, HasSubstr("next true out false"));
}

TEST_F(CgroupV2Test, KeepsThePeakOfMemoryOfEachJob) {
  std::string said = inside(kCase, [] {
    return with_leaf([](Leaf& leaf) {
      leaf.run([] { touch_memory(8 << 20); });
      leaf.meter.sample();
      auto first = leaf.meter.peak_memory().bytes() >> 20;
      (void)leaf.meter.begin(small_limits());
      leaf.run([] { touch_memory(1 << 20); });
      leaf.meter.sample();
      return fmt::format("{} {}", first >= 8, leaf.meter.peak_memory().bytes() >> 20 < 8);
    });
  });
  EXPECT_EQ(said, "true true  ");
}

TEST_F(CgroupV2Test, RefusesAndCountsForksOverTheLimit) {
  std::string said = inside(kCase, [] {
    return with_leaf([](Leaf& leaf) {
      int status = leaf.run([] {
        int made = 0;
        while (made < 100 && ::fork() > 0) ++made;
        ::usleep(1000);
        ::_exit(made);
      });
      return fmt::format("refused {} counted {}", WEXITSTATUS(status) < 100,
                         leaf.meter.forks_refused() > 0);
    });
  });
  EXPECT_EQ(said, "refused true counted true  ");
}

TEST_F(CgroupV2Test, CountsCpuTimeAndEnforcesItsShare) {
  std::string said = inside(kCase, [] {
    return with_leaf([](Leaf& leaf) {
      leaf.run([] {
        timespec used{};
        while (used.tv_nsec < 300'000'000) ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
      });
      bool throttled = leaf.get("cpu.stat").find("nr_throttled 0\n") == std::string::npos;
      return fmt::format("counted {} throttled {}",
                         leaf.meter.cpu_times().total >= std::chrono::milliseconds(250), throttled);
    });
  });
  EXPECT_EQ(said, "counted true throttled true  ");
}

}  // namespace
}  // namespace glovebox
