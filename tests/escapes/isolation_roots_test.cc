// Jobs with a root other than the host's /usr: they see only that folder, and have the same
// restrictions as all other jobs.
#include <gmock/gmock.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "checks.h"
#include "sandbox_fixture.h"
#include "throwaway.h"

namespace glovebox {
namespace {
namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

// The results of a refused write.
std::set<int> closed() {
  return {EROFS, EACCES, EPERM, ENOENT, ENOTDIR};
}

// Without the signal masks of later threads: glibc blocks all signals in a thread that is starting.
std::multiset<std::string> sorted_lines(const std::string& text) {
  std::istringstream lines(text);
  std::multiset<std::string> sorted;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("later SigBlk:")) sorted.insert(line);
  }
  return sorted;
}

class RootsTest : public SandboxFixture {
 protected:
  void SetUp() override {
    roots_ = directory() / "roots";
    make_root("tiny");
    make_root("other");
    fs::permissions(roots_, fs::perms(0755));
    LauncherOptions options;
    options.roots_dir = roots_;
    use(options);
  }

  // Static programs in /usr/bin, a link to that, and a file in /etc that the generated ones cover.
  void make_root(const std::string& name) {
    fs::path root = roots_ / name;
    fs::create_directories(root / "usr/bin");
    fs::create_directories(root / "etc");
    fs::create_directory_symlink("usr/bin", root / "bin");
    for (const char* program : {"print_file", "write_everywhere", "posture", "exit_with",
                                "mount_calls", "climb_out", "leave_files", "who_am_i"}) {
      fs::copy_file(sandboxee_path(program), root / "usr/bin" / program);
    }
    std::ofstream(root / "etc/passwd") << "of-the-image:x:0:0::/:/bin/sh\n";
    std::ofstream(root / "etc/name") << "this is " << name << "\n";
  }

  SandboxSpec in_root(const std::string& program, std::vector<std::string> arguments,
                      const std::string& root = "tiny") {
    SandboxSpec made = spec("hello");
    made.argv = {program};
    made.argv.insert(made.argv.end(), arguments.begin(), arguments.end());
    made.root = root;
    return made;
  }
  bool can_have_roots() { return in_namespaces() && has_layer("proc"); }

  fs::path roots_;
};

TEST_F(RootsTest, AJobSeesItsRootAndNothingOfTheHost) {
  if (!can_have_roots()) GTEST_SKIP() << "the landlock tier has no other root";
  FinishedRun seen = run(in_root("print_file", {"/etc/name", "/etc/passwd", "/etc/hosts",
                                                "/usr/bin/env", "/usr/lib/os-release"}));
  EXPECT_TRUE(exited(seen, 0));
  EXPECT_THAT(seen.out, HasSubstr("this is tiny"));
  EXPECT_THAT(seen.out, HasSubstr("glovebox:x:1000:1000")) << "/etc/passwd is generated";
  EXPECT_THAT(seen.out, Not(HasSubstr("of-the-image")));
  EXPECT_THAT(seen.out, HasSubstr("localhost glovebox"));
  EXPECT_THAT(seen.err, HasSubstr("/usr/bin/env: No such file"));
  EXPECT_THAT(seen.err, HasSubstr("/usr/lib/os-release: No such file"));
  FinishedRun host_program = run(in_root("env", {}));
  ASSERT_TRUE(host_program.result.has_error());
  EXPECT_EQ(host_program.result.error().errno_value(), ENOENT);
}

TEST_F(RootsTest, OnlyTheJobsOwnFoldersAreWritable) {
  if (!can_have_roots()) GTEST_SKIP() << "the landlock tier has no other root";
  FinishedRun own = run(in_root("write_everywhere", {"/work", "/tmp", "/dev/shm"}));
  EXPECT_TRUE(exited(own, 0));
  expect_ok(own.out);
  FinishedRun others = run(in_root("write_everywhere", {"/", "/usr", "/usr/bin", "/etc", "/dev",
                                                        "/proc", "/bin/..", "/work/.."}));
  EXPECT_TRUE(exited(others, 0));
  auto checks = parse_checks(others.out);
  EXPECT_EQ(checks.size(), 8u);
  for (const auto& [path, answer] : checks) EXPECT_TRUE(closed().count(answer)) << path << answer;
  EXPECT_FALSE(fs::exists(roots_ / "tiny/usr/glovebox-probe"));
}

TEST_F(RootsTest, AJobIsRestrictedAsInTheSlotsOwnRoot) {
  if (!can_have_roots()) GTEST_SKIP() << "the landlock tier has no other root";
  SandboxSpec usual = spec("posture");
  FinishedRun inside = run(in_root("posture", {}));
  EXPECT_TRUE(exited(inside, 0));
  EXPECT_EQ(sorted_lines(inside.out), sorted_lines(run(usual).out));
  std::string file = make_host_file("above");
  expect_refused(run(in_root("climb_out", {file})), run_outside("climb_out", {file}), closed());
  for (const auto& [call, answer] : parse_checks(run(in_root("mount_calls", {})).out)) {
    EXPECT_NE(answer, 0) << call;
  }
}

TEST_F(RootsTest, JobsWithOtherRootsFollowEachOtherInASlot) {
  if (!can_have_roots()) GTEST_SKIP() << "the landlock tier has no other root";
  for (int i = 0; i < 3; ++i) {
    for (const char* root : {"tiny", "tiny", "tiny", "other"}) {
      FinishedRun seen = run(in_root("print_file", {"/etc/name"}, root));
      EXPECT_TRUE(exited(seen, 0));
      EXPECT_EQ(seen.out, std::string("this is ") + root + "\n");
    }
    FinishedRun plain = run(spec("print_file", {"/etc/name", "/usr/lib/os-release"}));
    EXPECT_TRUE(exited(plain, 0));
    EXPECT_THAT(plain.out, Not(HasSubstr("this is")));
  }
}

TEST_F(RootsTest, FilesThatAJobWritesAreReturned) {
  if (!can_have_roots()) GTEST_SKIP() << "the landlock tier has no other root";
  FinishedRun written = run(in_root("leave_files", {"make", "made", "/work"}));
  FinishedRun usual = run(spec("leave_files", {"make", "made", "/work"}));
  ASSERT_TRUE(written.result.has_value());
  EXPECT_EQ(written.result->artifacts.size(), usual.result.value().artifacts.size());
}

TEST_F(RootsTest, AProgramOfItCannotNameOursAsItsInterpreter) {
  if (!can_have_roots()) GTEST_SKIP() << "the landlock tier has no other root";
  fs::path script = roots_ / "tiny/usr/bin/script";
  std::ofstream(script) << "#!/proc/self/exe\n";
  fs::permissions(script, fs::perms(0755));
  FinishedRun refused = run(in_root("script", {}));
  ASSERT_TRUE(refused.result.has_error());
  EXPECT_EQ(refused.result.error().errno_value(), EACCES);
}

TEST_F(RootsTest, AMissingRootFailsByName) {
  if (!can_have_roots()) GTEST_SKIP() << "the landlock tier has no other root";
  FinishedRun absent = run(in_root("print_file", {}, "absent"));
  ASSERT_TRUE(absent.result.has_error());
  EXPECT_THAT(absent.result.error().message(), HasSubstr("job-root"));
  EXPECT_TRUE(exited(run(spec("hello")), 0)) << "the slot continues to work";
}

TEST_F(RootsTest, TheLandlockTierRefusesAnotherRoot) {
  if (in_namespaces()) GTEST_SKIP() << "this tier has other roots";
  FinishedRun refused = run(in_root("print_file", {}));
  ASSERT_TRUE(refused.result.has_error());
  EXPECT_EQ(refused.result.error().kind(), ErrorKind::kUser);
  EXPECT_THAT(refused.result.error().message(), HasSubstr("the landlock tier"));
}

}  // namespace
}  // namespace glovebox
