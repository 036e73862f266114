// Threats B 21–25 and 33: the host's files, a job's root, its mounts.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "checks.h"
#include "sandbox_fixture.h"
#include "throwaway.h"

namespace glovebox {
namespace {

using IsolationTest = SandboxFixture;

std::set<int> closed() {
  return united(united(refusals(), absences()), std::set<int>{EROFS});
}

// What the landlock tier does not hide about a host file whose path is known.
const std::set<std::string>& seen_without_namespaces() {
  static const std::set<std::string> calls{"stat", "access"};
  return calls;
}

// Another user's file is refused by Landlock, by the filter or by the broker.
std::set<int> refused_without_namespaces() {
  return united(refusals(), std::set<int>{EOPNOTSUPP, EXDEV});
}

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST_F(IsolationTest, T21AFileOfTheServerCannotBeTouched) {
  OutsideRun outside = run_outside("change_file", {make_host_file("for-control")});
  std::string file = make_host_file("state.db");
  FinishedRun inside = run(spec("change_file", {file}));
  if (in_namespaces()) {
    expect_refused(inside, outside, absences());
  } else {
    EXPECT_TRUE(exited(inside, 0));
    expect_ok(only(inside.out, seen_without_namespaces()));
    expect_refused(without(inside.out, seen_without_namespaces()), outside,
                   refused_without_namespaces());
  }
  EXPECT_EQ(read_file(file), "of the host\n");
}

TEST_F(IsolationTest, T21AFileOfTheSystemCannotBeChanged) {
  // The control is one of the job's own files, inside.
  SandboxSpec own = spec("change_file", {"/work/own"});
  std::ofstream(project("change_file") / "own") << "own\n";
  FinishedRun control = run(own);
  const std::set<std::string> reads{"stat", "access", "open-read"};
  for (const char* path : {"/usr/bin/env", "/etc/passwd", "/dev/null"}) {
    FinishedRun inside = run(spec("change_file", {path}));
    EXPECT_TRUE(exited(inside, 0));
    expect_ok(only(inside.out, {"stat", "access"}));
    std::string writes = without(inside.out, reads);
    // The null device must be writable.
    if (path == std::string("/dev/null")) writes = without(writes, {"open-write", "truncate"});
    OutsideRun outside;
    outside.out = control.out;
    if (!in_namespaces()) {
      // These are refused for its own files too.
      OutsideRun more = run_outside("change_file", {make_host_file("for-control")});
      outside.out =
          without(outside.out, {"chown", "setxattr"}) + only(more.out, {"chown", "setxattr"});
    }
    expect_refused(writes, outside, united(closed(), refused_without_namespaces()));
  }
}

TEST_F(IsolationTest, T21AStoredProjectNeverChanges) {
  SandboxSpec changer = spec("change_file", {"/work/data"});
  std::string stored = project("change_file") / "data";
  std::ofstream(stored) << "stored\n";
  struct stat before;
  ASSERT_EQ(::stat(stored.c_str(), &before), 0);
  for (int i = 0; i < 2; ++i) {
    FinishedRun inside = run(changer);
    EXPECT_TRUE(exited(inside, 0));
    // A job may change its own copy in any way.
    expect_ok(without(inside.out, {"chown", "setxattr"}));
  }
  struct stat after;
  ASSERT_EQ(::stat(stored.c_str(), &after), 0);
  EXPECT_EQ(after.st_mode, before.st_mode);
  EXPECT_EQ(after.st_uid, before.st_uid);
  EXPECT_EQ(after.st_nlink, before.st_nlink);
  EXPECT_EQ(after.st_mtim.tv_sec, before.st_mtim.tv_sec);
  EXPECT_EQ(after.st_mtim.tv_nsec, before.st_mtim.tv_nsec);
  EXPECT_EQ(read_file(stored), "stored\n");
}

// Returns the candidates that can be opened outside, so that each is a control.
void expect_absent(const FinishedRun& inside, const OutsideRun& outside,
                   const std::string& required) {
  Checks controls = parse_checks(outside.out);
  std::set<std::string> there;
  for (const auto& [path, answer] : controls) {
    if (answer == 0) there.insert(path);
  }
  // What does not exist outside does not exist inside either, though that proves little.
  for (const auto& [path, answer] : parse_checks(inside.out)) {
    EXPECT_TRUE(closed().count(answer)) << path << " inside: " << answer;
  }
  if (there.count(required) == 0) GTEST_SKIP() << required << " cannot be opened outside either";
  expect_refused(only(inside.out, there), outside, closed());
}

TEST_F(IsolationTest, T22SecretsOfTheHostAreNotVisible) {
  std::string database = make_host_file("glovebox.db");
  std::vector<std::string> paths = {"r",
                                    database,
                                    directory(),
                                    directory() / "projects",
                                    "/etc/shadow",
                                    "/etc/gshadow",
                                    "/etc/ssh",
                                    "/etc/machine-id",
                                    "/root/.profile",
                                    "/var/lib",
                                    "/var/log",
                                    "/var/run/docker.sock",
                                    "/run/docker.sock",
                                    "/boot",
                                    "/mnt",
                                    "/srv",
                                    "/opt",
                                    "/sys",
                                    "/sys/fs/cgroup",
                                    "/dev/mem",
                                    "/dev/kmsg",
                                    "/dev/ptmx",
                                    "/dev/pts",
                                    "/dev/fuse",
                                    "/dev/vda"};
  expect_absent(run(spec("open_paths", paths)), run_outside("open_paths", paths), database);
}

TEST_F(IsolationTest, T22TheUsersOfTheHostAreNotNamed) {
  FinishedRun inside = run(spec("print_file", {"/etc/passwd"}));
  EXPECT_TRUE(exited(inside, 0));
  if (in_namespaces()) {
    EXPECT_THAT(inside.out, testing::HasSubstr(":1000:"));
  } else {
    EXPECT_EQ(inside.out, "");
  }
  EXPECT_NE(inside.out, read_file("/etc/passwd"));
  EXPECT_THAT(inside.out, testing::Not(testing::HasSubstr("www-data")));
}

struct MountLine {
  std::string point;
  std::set<std::string> options;
};

std::vector<MountLine> parse_mountinfo(const std::string& text) {
  std::vector<MountLine> mounts;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::string skip;
    std::string options;
    MountLine mount;
    fields >> skip >> skip >> skip >> skip >> mount.point >> options;
    std::istringstream list(options);
    for (std::string option; std::getline(list, option, ',');) mount.options.insert(option);
    mounts.push_back(mount);
  }
  return mounts;
}

TEST_F(IsolationTest, T23EveryMountExceptTheWorkDirectoryIsNosuidNodevAndReadOnly) {
  FinishedRun inside = run(spec("print_file", {"/proc/self/mountinfo"}));
  ASSERT_TRUE(exited(inside, 0));
  if (!in_namespaces()) {
    // The host's mounts, unchanged, so no properties are promised. The next test checks what can be
    // written; no_new_privs replaces nosuid.
    EXPECT_EQ(inside.out, "");
    return;
  }
  const std::set<std::string> writable{"/work", "/tmp", "/dev/shm"};
  // A device would not work with nodev. Devices are bound one by one, or are on a file system that
  // has nothing else.
  const std::set<std::string> devices{"/dev",      "/dev/null",   "/dev/zero",
                                      "/dev/full", "/dev/random", "/dev/urandom"};
  std::set<std::string> seen;
  for (const MountLine& mount : parse_mountinfo(inside.out)) {
    SCOPED_TRACE(mount.point);
    seen.insert(mount.point);
    EXPECT_TRUE(mount.options.count("nosuid"));
    EXPECT_TRUE(mount.options.count("nodev") || devices.count(mount.point));
    EXPECT_TRUE(mount.options.count("ro") || writable.count(mount.point));
    EXPECT_TRUE(mount.options.count("noexec") || mount.point != "/proc");
  }
  EXPECT_TRUE(seen.count("/") && seen.count("/work") && seen.count("/proc"));
  EXPECT_EQ(seen.count("/usr"), in_an_image() ? 0U : 1U);
  EXPECT_EQ(seen.count(directory()), 0U);
}

TEST_F(IsolationTest, T23OnlyTheWorkDirectoriesCanBeWrittenTo) {
  FinishedRun control = run(spec("write_everywhere", writable_folders()));
  EXPECT_TRUE(exited(control, 0));
  expect_ok(control.out);
  std::vector<std::string> others = {"/",     "/usr",    "/usr/bin", "/usr/lib", "/etc",   "/dev",
                                     "/proc", "/proc/1", "/bin/..",  "/work/..", "/dev/fd"};
  if (!in_namespaces()) {
    // These mounts are the host's.
    others.insert(others.end(), {"/dev/shm", "/var/tmp", "/work/../../..", directory()});
  }
  FinishedRun inside = run(spec("write_everywhere", others));
  EXPECT_TRUE(exited(inside, 0));
  for (const auto& [path, answer] : parse_checks(inside.out)) {
    EXPECT_TRUE(closed().count(answer)) << path << ": " << answer;
  }
}

TEST_F(IsolationTest, T24NoWayUpLeadsToTheOldRoot) {
  std::string file = make_host_file("above");
  expect_refused(run(spec("climb_out", {file})), run_outside("climb_out", {file}), closed());
}

TEST_F(IsolationTest, T25SwitchesOfTheKernelCannotBeOpenedForWriting) {
  std::vector<std::string> paths = {"w",
                                    "/proc/sys/kernel/core_pattern",
                                    "/proc/sys/kernel/hostname",
                                    "/proc/sys/kernel/printk",
                                    "/proc/sys/vm/drop_caches",
                                    "/proc/sysrq-trigger",
                                    "/proc/sys/net/ipv4/ip_forward",
                                    "/sys/kernel/uevent_helper",
                                    "/sys/kernel/mm/transparent_hugepage/enabled",
                                    "/sys/power/state",
                                    "/sys/fs/cgroup/cgroup.procs"};
  expect_absent(run(spec("open_paths", paths)), run_outside("open_paths", paths), paths[1]);
}

TEST_F(IsolationTest, T33SocketsOfTheHostAreNotVisible) {
  std::string path = directory() / "s";
  UniqueFd listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  struct sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(listener.get(), 8), 0);
  expect_refused(run(spec("connect_path", {path})), run_outside("connect_path", {path}),
                 in_namespaces() ? absences() : std::set<int>{EPERM});
}

}  // namespace
}  // namespace glovebox
