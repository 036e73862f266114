// Threats B 21 and 22 with shared uids: the kernel's permissions alone would let a job change the
// server's files, its store and the folders of other jobs.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>

#include "checks.h"
#include "processes.h"
#include "sandbox_fixture.h"
#include "throwaway.h"

namespace glovebox {
namespace {
namespace fs = std::filesystem;

// Everything in which a change could show.
struct FileState {
  mode_t mode = 0;
  nlink_t links = 0;
  off_t size = 0;
  timespec modified{};
  timespec changed{};
};

bool operator==(const FileState& a, const FileState& b) {
  auto same = [](const timespec& x, const timespec& y) {
    return x.tv_sec == y.tv_sec && x.tv_nsec == y.tv_nsec;
  };
  return a.mode == b.mode && a.links == b.links && a.size == b.size &&
         same(a.modified, b.modified) && same(a.changed, b.changed);
}

FileState state_of(const std::string& path) {
  struct stat found;
  if (::stat(path.c_str(), &found) != 0) return {};
  return {found.st_mode, found.st_nlink, found.st_size, found.st_mtim, found.st_ctim};
}

class SharedUidFilesTest : public SandboxFixture {
 protected:
  // A folder of the server with a file "state.db".
  fs::path server_folder(const std::string& name) {
    fs::path folder = directory() / name;
    fs::create_directory(folder);
    std::ofstream(folder / "state.db") << "of the host\n";
    return folder;
  }

  void expect_nothing_changes(const fs::path& folder, const std::string& name,
                              const std::set<std::string>& lawful = {}) {
    FileState file = state_of(folder / name);
    FileState above = state_of(folder);
    ASSERT_NE(file.mode, 0U) << folder / name;
    FinishedRun inside = run(spec("change_roundabout", {folder, name}));
    EXPECT_TRUE(exited(inside, 0));
    fs::path control = server_folder("for-control-" + std::to_string(++controls_));
    OutsideOptions at;
    at.directory = directory() / ("control-cwd-" + std::to_string(controls_));
    fs::create_directory(at.directory);
    OutsideRun outside = run_outside("change_roundabout", {control, "state.db"}, std::move(at));
    expect_ok(outside.out);
    EXPECT_NE(state_of(control / "state.db").modified.tv_sec, file.modified.tv_sec);
    std::set<int> answers = united(united(refusals(), absences()),
                                   std::set<int>{EBADF, EXDEV, EROFS, EOPNOTSUPP, ELOOP});
    expect_refused(without(inside.out, lawful), outside, answers);
    EXPECT_TRUE(state_of(folder / name) == file) << folder / name;
    EXPECT_TRUE(state_of(folder) == above) << folder;
  }

 private:
  int controls_ = 0;
};

TEST_F(SharedUidFilesTest, T21NoIndirectPathChangesAFileOfTheServer) {
  expect_nothing_changes(server_folder("server"), "state.db");
}

TEST_F(SharedUidFilesTest, T21NoIndirectPathChangesTheStore) {
  fs::path project = directory() / "projects" / "another";
  fs::create_directory(project);
  std::ofstream(project / "main.c") << "int main;\n";
  expect_nothing_changes(project, "main.c");
}

TEST_F(SharedUidFilesTest, T47NoIndirectPathChangesTheFolderOfAnotherJob) {
  if (in_namespaces())
    return;  // there it is in another mount namespace, so there is nothing to attack
  use({.slots = 2});
  std::ofstream(project("wait_for_end") / "secret") << "of the neighbour\n";
  Input input = make_input();
  auto neighbour = start(spec("wait_for_end", {make_marker()}), std::move(input.for_job));
  ASSERT_TRUE(wait_for_output(*neighbour, "ready"));
  fs::path slots = directory() / "work";
  fs::path theirs;
  for (const auto& slot : fs::directory_iterator(slots)) {
    if (fs::exists(slot.path() / "work" / "secret")) theirs = slot.path() / "work";
  }
  ASSERT_FALSE(theirs.empty());
  expect_nothing_changes(theirs, "secret");
  input.for_test.reset();
  EXPECT_TRUE(exited(wait(*neighbour), 0));
}

TEST_F(SharedUidFilesTest, T21AFolderSwappedForALinkDuringTheCallChangesNothing) {
  fs::path folder = server_folder("server");
  FileState before = state_of(folder / "state.db");
  FinishedRun inside = run(spec("swap_folder", {folder, "state.db", "3000"}));
  EXPECT_TRUE(exited(inside, 0));
  auto values = parse_values(inside.out);
  // Both were reached, and only its own was changed.
  EXPECT_GT(values["changed"], 0) << inside.out;
  EXPECT_GT(values["refused"], 0) << inside.out;
  EXPECT_TRUE(state_of(folder / "state.db") == before);

  fs::path control = server_folder("for-control");
  fs::path cwd = directory() / "control-cwd";
  fs::create_directory(cwd);
  // On a busy machine a run may miss the moment between look-up and change.
  constexpr int kTries = 50;
  OutsideRun outside;
  for (int i = 0; i < kTries && state_of(control / "state.db").size != 3; ++i) {
    OutsideOptions at;
    at.directory = cwd;
    outside = run_outside("swap_folder", {control, "state.db", "3000"}, std::move(at));
  }
  EXPECT_EQ(state_of(control / "state.db").size, 3) << outside.out;
}

TEST_F(SharedUidFilesTest, T21AJobThatLocksEveryFolderLocksOutNobody) {
  EXPECT_TRUE(exited(run(spec("hello")), 0));
  std::vector<pid_t> family = launcher_and_slots(launcher().pid());
  for (int i = 0; i < 2; ++i) {
    FinishedRun inside = run(spec("lock_folders"));
    EXPECT_TRUE(exited(inside, 0));
    const std::set<std::string> own{"allowed-file", "allowed-beside", "allowed-own"};
    expect_ok(only(inside.out, own));
    for (const auto& [name, answer] : parse_checks(without(inside.out, own))) {
      EXPECT_NE(answer, 0) << name;
    }
    ASSERT_TRUE(inside.result.has_value());
    ASSERT_EQ(inside.result.value().artifacts.size(), 1U);
    EXPECT_EQ(inside.result.value().artifacts.front().path, "left");
  }
  EXPECT_TRUE(exited(run(spec("hello")), 0));
  EXPECT_EQ(launcher_and_slots(launcher().pid()), family);
}

}  // namespace
}  // namespace glovebox
