// Each test observes from process 1 of its own PID namespace, of which all processes in it are
// descendants, with its own /proc.
#include "sandbox/slot/process_watch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <functional>
#include <new>

#include "base/os.h"

namespace glovebox {
namespace {

constexpr int kRefused = 77;

struct Page {
  JobReport report;
  std::int64_t spent_ns;
};

// A process that does something, reports it, and waits until it is killed.
pid_t start_process(const std::function<void()>& work) {
  auto ready = os::pipe().value();
  pid_t pid = ::fork();
  if (pid == 0) {
    work();
    [[maybe_unused]] ssize_t n = ::write(ready.second.get(), "r", 1);
    for (;;) ::pause();
  }
  ready.second.reset();
  char byte;
  if (::read(ready.first.get(), &byte, 1) != 1) ::_exit(1);
  return pid;
}

std::int64_t own_cpu_ns(int who) {
  rusage used;
  ::getrusage(who, &used);
  return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1'000'000'000 +
         (used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1000;
}

void touch_memory(std::size_t bytes) {
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  std::memset(memory, 1, bytes);
}

void burn(std::int64_t ns) {
  while (own_cpu_ns(RUSAGE_SELF) < ns) {
  }
}

// Descendants of process 1, or the processes of a group.
struct Watch {
  explicit Watch(JobReport* report, WatchScope scope = WatchScope::kDescendants, pid_t root = 1)
      : watch(proc.get(), scope, root, report) {}
  void look(std::int64_t files_bytes = 0) { watch.look(files_bytes); }

  UniqueFd proc = os::open("/proc", O_RDONLY | O_DIRECTORY).value();
  ProcessWatch watch;
};

class ProcessWatchTest : public testing::Test {
 protected:
  Page* page_ =
      new (::mmap(nullptr, sizeof(Page), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))
          Page{};
  ~ProcessWatchTest() override { ::munmap(page_, sizeof(Page)); }

  // Runs `inside` as process 1 of new namespaces. Returns false if the host refuses those.
  bool in_namespace(const std::function<void()>& inside) {
    pid_t outer = ::fork();
    if (outer == 0) ::_exit(run_namespace(inside));
    int status = 0;
    ::waitpid(outer, &status, 0);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_THAT(WEXITSTATUS(status), testing::AnyOf(0, kRefused));
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

 private:
  // A process without ids in its namespace cannot create files.
  static bool map_ids(uid_t user, gid_t group) {
    return os::write_file("/proc/self/setgroups", "deny").has_value() &&
           os::write_file("/proc/self/uid_map", fmt::format("0 {} 1", user)).has_value() &&
           os::write_file("/proc/self/gid_map", fmt::format("0 {} 1", group)).has_value();
  }

  static int run_namespace(const std::function<void()>& inside) {
    uid_t user = ::geteuid();
    gid_t group = ::getegid();
    int namespaces = CLONE_NEWPID | CLONE_NEWNS | (user == 0 ? 0 : CLONE_NEWUSER);
    if (::unshare(namespaces) != 0) return kRefused;
    if (user != 0 && !map_ids(user, group)) return kRefused;
    pid_t init = ::fork();
    if (init == 0) {
      bool mounted = ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                     ::mount("proc", "/proc", "proc", 0, nullptr) == 0;
      if (!mounted) ::_exit(kRefused);
      inside();
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(init, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
  }
};

#define SKIP_WHERE_REFUSED(ran) \
  if (!(ran)) GTEST_SKIP() << "this host refuses PID and mount namespaces to this user"

TEST_F(ProcessWatchTest, CountsEveryProcessButItsOwn) {
  SKIP_WHERE_REFUSED(in_namespace([&] {
    for (int i = 0; i < 3; ++i) start_process([] {});
    Watch(&page_->report).look();
  }));
  EXPECT_EQ(page_->report.processes, 3);
  EXPECT_EQ(page_->report.peak_processes, 3);
}

TEST_F(ProcessWatchTest, KeepsThePeaksWhenProcessesAreGone) {
  SKIP_WHERE_REFUSED(in_namespace([&] {
    Watch watch(&page_->report);
    pid_t first = start_process([] { touch_memory(32 << 20); });
    start_process([] {});
    watch.look();
    ::kill(first, SIGKILL);
    ::waitpid(first, nullptr, 0);
    watch.look();
  }));
  EXPECT_EQ(page_->report.processes, 1);
  EXPECT_EQ(page_->report.peak_processes, 2);
  EXPECT_GE(page_->report.peak_memory_bytes, 32 << 20);
  EXPECT_LT(page_->report.memory_bytes, page_->report.peak_memory_bytes);
}

TEST_F(ProcessWatchTest, AddsUpTheMemoryOfAllProcesses) {
  SKIP_WHERE_REFUSED(in_namespace([&] {
    for (int i = 0; i < 2; ++i) start_process([] { touch_memory(16 << 20); });
    Watch(&page_->report).look();
  }));
  EXPECT_GE(page_->report.memory_bytes, 32 << 20);
}

// Memory that is both mapped and in a file in memory is counted once.
TEST_F(ProcessWatchTest, CountsFilesInMemoryAndSharedMemoryWhicheverIsMore) {
  constexpr std::size_t kShared = 16 << 20;
  SKIP_WHERE_REFUSED(in_namespace([&] {
    start_process([] {
      void* memory =
          ::mmap(nullptr, kShared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
      std::memset(memory, 1, kShared);
    });
    Watch watch(&page_->report);
    watch.look(1 << 20);
    page_->spent_ns = page_->report.memory_bytes;
    watch.look(64 << 20);
  }));
  EXPECT_GE(page_->spent_ns, 16 << 20);
  // The process also has private memory of its own, a lot under a sanitizer.
  EXPECT_NEAR(page_->report.memory_bytes - page_->spent_ns, 48 << 20, 1 << 20);
}

TEST_F(ProcessWatchTest, CountsOnlyTheGroup) {
  SKIP_WHERE_REFUSED(in_namespace([&] {
    start_process([] {});
    pid_t leader = start_process([] {
      ::setsid();
      start_process([] {});
    });
    Watch watch(&page_->report, WatchScope::kGroup, leader);
    watch.look();
    if (watch.watch.count_tasks() != 2 || watch.watch.processes().size() != 2) ::_exit(1);
    if (children_seen_in(watch.proc.get()).size() != 2) ::_exit(1);
  }));
  EXPECT_EQ(page_->report.processes, 2);
}

// The name of a process may contain the separators of its stat file.
TEST_F(ProcessWatchTest, CountsCpuTimeOfTheLivingWhateverTheirName) {
  constexpr std::int64_t kSpent = 200'000'000;
  SKIP_WHERE_REFUSED(in_namespace([&] {
    start_process([] {
      UniqueFd name = os::open("/proc/self/comm", O_WRONLY).value();
      if (::write(name.get(), "a) R 9 9 9 9", 12) != 12) ::_exit(1);
      burn(kSpent);
    });
    Watch(&page_->report).look();
  }));
  EXPECT_GE(page_->report.cpu_ns, kSpent * 9 / 10);  // the kernel rounds to ticks of 10 ms
  EXPECT_LT(page_->report.cpu_ns, kSpent * 10);
}

TEST_F(ProcessWatchTest, CountsCpuTimeOfTheReaped) {
  SKIP_WHERE_REFUSED(in_namespace([&] {
    Watch watch(&page_->report);
    pid_t pid = start_process([] { burn(50'000'000); });
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    page_->spent_ns = own_cpu_ns(RUSAGE_CHILDREN);
    watch.look();
  }));
  EXPECT_GE(page_->report.cpu_ns, page_->spent_ns);
  EXPECT_GE(page_->spent_ns, 50'000'000);
  EXPECT_EQ(page_->report.processes, 0);
}

}  // namespace
}  // namespace glovebox
