#include "sandbox/landlock/workspace.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/os.h"
#include "temp_folder.h"

namespace glovebox {
namespace {

namespace fs = std::filesystem;

class WorkspaceTest : public testing::Test {
 protected:
  WorkspaceTest() {
    fs::create_directories(folder_.path() / "store" / "project");
    fs::create_directory(folder_.path() / "slot");
    store_ = os::open(folder_.path() / "store", O_RDONLY | O_DIRECTORY).value();
    slot_ = os::open(folder_.path() / "slot", O_RDONLY | O_DIRECTORY).value();
  }
  void put(const std::string& name, std::string_view content) {
    folder_.write("store/project/" + name, content);
  }
  Result<WorkspaceStamp> make(const std::string& project = "project") {
    return make_workspace(slot_.get(), store_.get(), project);
  }
  fs::path work(const std::string& name = "") const { return folder_.path() / "slot/work" / name; }
  static std::string content(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  struct stat status(const std::string& name) const {
    struct stat status {};
    EXPECT_EQ(::lstat(work(name).c_str(), &status), 0) << name;
    return status;
  }

  TempFolder folder_;
  UniqueFd store_;
  UniqueFd slot_;
};

TEST_F(WorkspaceTest, CopiesTheWholeProjectAndDoesNotChangeTheStore) {
  put("a.c", "int a;");
  put("deep/er/b.c", std::string(200'000, 'b'));
  put("empty", "");
  fs::permissions(folder_.path() / "store/project/a.c", fs::perms(0555));
  WorkspaceStamp stamp = make().value();
  EXPECT_EQ(content(work("a.c")), "int a;");
  EXPECT_EQ(content(work("deep/er/b.c")), std::string(200'000, 'b'));
  EXPECT_TRUE(fs::exists(work("empty")));
  EXPECT_EQ(stamp.copied_bytes, 200'006);
  EXPECT_EQ(status("a.c").st_mode & 0777, 0755U);  // the job may write to its files
  std::ofstream(work("a.c")) << "changed";
  EXPECT_EQ(content(folder_.path() / "store/project/a.c"), "int a;");
  EXPECT_TRUE(fs::is_empty(folder_.path() / "slot/tmp"));
}

// Threat 49: a link of the project is a link in the job too, and the copy never looks at its
// target.
TEST_F(WorkspaceTest, T49RecreatesLinksAndFollowsNone) {
  put("d/a.c", "int a;");
  fs::path project = folder_.path() / "store/project";
  fs::create_symlink("d/a.c", project / "link");
  fs::create_directory_symlink("d", project / "folder");
  fs::create_symlink("nowhere", project / "dangling");
  fs::create_symlink("/etc/passwd", project / "out");  // the store would not accept it
  WorkspaceStamp stamp = make().value();
  for (auto [name, target] : {std::pair{"link", "d/a.c"},
                              {"folder", "d"},
                              {"dangling", "nowhere"},
                              {"out", "/etc/passwd"}}) {
    EXPECT_EQ(fs::read_symlink(work(name)), target);
    EXPECT_FALSE(stamp.is_later(status(name))) << name << " would count as the job's own";
  }
  EXPECT_EQ(stamp.copied_bytes, 6);
  fs::create_symlink("a", work("made"));
  EXPECT_TRUE(stamp.is_later(status("made")));
  ASSERT_TRUE(remove_workspace(slot_.get()));
  EXPECT_EQ(content(project / "d/a.c"), "int a;");
}

TEST_F(WorkspaceTest, DistinguishesFilesOfTheJobFromCopiedOnes) {
  put("kept", "1");
  put("written", "2");
  put("rewritten", "3");
  put("touched", "4");
  WorkspaceStamp stamp = make().value();
  EXPECT_FALSE(stamp.is_later(status("kept")));
  std::ofstream(work("made")) << "x";
  std::ofstream(work("written"), std::ios::app) << "x";
  timespec before = status("rewritten").st_mtim;
  ::usleep(20'000);  // file times have the resolution of the kernel's tick
  std::ofstream(work("rewritten")) << "x";
  timespec times[] = {before, before};
  ASSERT_EQ(::utimensat(AT_FDCWD, work("rewritten").c_str(), times, 0), 0);
  fs::rename(work("touched"), work("moved"));
  EXPECT_FALSE(stamp.is_later(status("kept")));
  for (const char* name : {"made", "written", "rewritten"}) {
    EXPECT_TRUE(stamp.is_later(status(name))) << name;
  }
  EXPECT_TRUE(stamp.is_later(status("moved"))) << "its name is new";
}

// Otherwise every file of a project dated in the future would be an artifact.
TEST_F(WorkspaceTest, DoesNotTreatACopiedFileFromTheFutureAsTheJobs) {
  put("tomorrow", "1");
  fs::last_write_time(folder_.path() / "store/project/tomorrow",
                      fs::file_time_type::clock::now() + std::chrono::hours(24));
  put("yesterday", "1");
  auto yesterday = fs::file_time_type::clock::now() - std::chrono::hours(24);
  fs::last_write_time(folder_.path() / "store/project/yesterday", yesterday);
  WorkspaceStamp stamp = make().value();
  EXPECT_FALSE(stamp.is_later(status("tomorrow")));
  EXPECT_FALSE(stamp.is_later(status("yesterday")));
  EXPECT_EQ(fs::last_write_time(work("yesterday")), yesterday);
}

TEST_F(WorkspaceTest, StartsEmptyWithoutAProject) {
  ASSERT_TRUE(make(""));
  EXPECT_TRUE(fs::is_empty(work()));
}

TEST_F(WorkspaceTest, RefusesWhatAStoreNeverContains) {
  ASSERT_EQ(::mkfifo((folder_.path() / "store/project/pipe").c_str(), 0600), 0);
  Result<WorkspaceStamp> made = make();
  ASSERT_TRUE(made.has_error());
  EXPECT_THAT(made.error().message(), testing::HasSubstr("pipe in the store is not a file"));
  ASSERT_TRUE(remove_workspace(slot_.get()));
  fs::create_directory_symlink(folder_.path() / "store/project", folder_.path() / "store/other");
  EXPECT_TRUE(make("other").has_error());
  ASSERT_TRUE(remove_workspace(slot_.get()));
  EXPECT_EQ(make("absent").error().errno_value(), ENOENT);
}

TEST_F(WorkspaceTest, RemovesEverythingWhateverTheJobDid) {
  put("a", "1");
  ASSERT_TRUE(make());
  fs::create_directories(work("deep/deeper"));
  fs::create_symlink("/", work("root"));
  fs::permissions(work("deep/deeper"), fs::perms::none);
  fs::permissions(work("deep"), fs::perms::none);
  EXPECT_TRUE(remove_workspace(slot_.get()));
  EXPECT_TRUE(fs::is_empty(folder_.path() / "slot"));
  EXPECT_TRUE(remove_workspace(slot_.get()));  // and one that does not exist
  EXPECT_TRUE(make());
}

// Within the kernel's tick of the copy, too.
TEST_F(WorkspaceTest, AChangeRightAfterTheCopyIsLater) {
  put("a", "a");
  put("b", "b");
  for (int round = 0; round < 30; ++round) {
    WorkspaceStamp stamp = make().value();
    fs::create_hard_link(work("a"), work("link"));
    fs::rename(work("b"), work("moved"));
    EXPECT_TRUE(stamp.is_later(status("a"))) << "it has another name";
    EXPECT_TRUE(stamp.is_later(status("moved")));
    ASSERT_TRUE(remove_workspace(slot_.get()));
  }
}

TEST_F(WorkspaceTest, MeasuresATreeOfAnyDepth) {
  ASSERT_TRUE(make(""));
  UniqueFd at = os::openat(slot_.get(), "work", O_RDONLY | O_DIRECTORY).value();
  constexpr int kDepth = 3000;
  for (int i = 0; i < kDepth; ++i) {
    ASSERT_EQ(::mkdirat(at.get(), "d", 0700), 0);
    ASSERT_EQ(i % 2 == 0 ? ::mkdirat(at.get(), "e", 0700) : 0, 0);
    at = os::openat(at.get(), "d", O_RDONLY | O_DIRECTORY).value();
  }
  UniqueFd file = os::openat(at.get(), "file", O_CREAT | O_WRONLY, 0600).value();
  ASSERT_EQ(::posix_fallocate(file.get(), 0, 1 << 20), 0);
  FolderUsage usage = measure_folder(slot_.get(), 1 << 20);
  EXPECT_EQ(usage.entries, 2 + kDepth + kDepth / 2 + 1);
  EXPECT_GE(usage.bytes, 1 << 20);
  EXPECT_LT(usage.bytes, (1 << 20) + (kDepth * 2) * 4096 + 8192);
}

TEST_F(WorkspaceTest, CountsTheAllocatedBytesOfASparseFile) {
  ASSERT_TRUE(make(""));
  UniqueFd file = os::open(work("sparse"), O_CREAT | O_WRONLY, 0600).value();
  ASSERT_EQ(::ftruncate(file.get(), 1LL << 40), 0);
  EXPECT_LT(measure_folder(slot_.get(), 1000).bytes, 1 << 20);
}

TEST_F(WorkspaceTest, FollowsNoLinkAndStopsAtTheBound) {
  folder_.write("outside/large", std::string(1 << 20, 'x'));
  ASSERT_TRUE(make(""));
  fs::create_directory_symlink(folder_.path() / "outside", work("link"));
  EXPECT_LT(measure_folder(slot_.get(), 1000).bytes, 1 << 20);
  for (int i = 0; i < 50; ++i) std::ofstream(work(std::to_string(i))) << "x";
  EXPECT_EQ(measure_folder(slot_.get(), 1000).entries, 53);
  EXPECT_EQ(measure_folder(slot_.get(), 20).entries, 20);
}

}  // namespace
}  // namespace glovebox
