#include "sandbox/artifact_walk.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>

#include "base/os.h"
#include "base/scope_exit.h"
#include "sandbox/sandbox.h"
#include "temp_folder.h"

namespace glovebox {
namespace {

constexpr ByteCount kPlenty(1ULL << 40);

namespace fs = std::filesystem;
using testing::IsEmpty;
using testing::Key;
using testing::Pair;
using testing::UnorderedElementsAre;

class ArtifactWalkTest : public testing::Test {
 protected:
  TempFolder folder_;
  std::map<std::string, std::string> found_;  // path: content
  std::map<std::string, std::int64_t> sizes_;

  fs::path at(const std::string& name) const { return folder_.path() / name; }

  Result<bool> walk() {
    found_.clear();
    UniqueFd upper = os::open(folder_.path(), O_RDONLY | O_DIRECTORY).value();
    return walk_artifacts(upper, kPlenty, [&](FoundArtifact artifact) -> Result<void> {
      char buffer[64];
      ssize_t n = ::read(artifact.content.get(), buffer, sizeof buffer);
      EXPECT_GE(n, 0) << artifact.path;
      found_[artifact.path] =
          std::string(buffer, static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
      sizes_[artifact.path] = artifact.size_bytes;
      return ok();
    });
  }
};

constexpr bool kLeftOut = true;
constexpr bool kAll = false;

TEST_F(ArtifactWalkTest, FindsNothingInAnEmptyFolder) {
  EXPECT_EQ(walk().value(), kAll);
  EXPECT_THAT(found_, IsEmpty());
}

TEST_F(ArtifactWalkTest, FindsFilesAtEveryDepth) {
  folder_.write("a.txt", "one");
  folder_.write("b/c.txt", "two");
  folder_.write("b/d/e/f.txt", "");
  folder_.write(".hidden/..x", "three");
  fs::create_directories(at("empty/folder"));
  EXPECT_EQ(walk().value(), kAll);
  EXPECT_THAT(found_, UnorderedElementsAre(Pair("a.txt", "one"), Pair("b/c.txt", "two"),
                                           Pair("b/d/e/f.txt", ""), Pair(".hidden/..x", "three")));
  EXPECT_EQ(sizes_["a.txt"], 3);
  EXPECT_EQ(sizes_["b/d/e/f.txt"], 0);
}

TEST_F(ArtifactWalkTest, FollowsNoSymlink) {
  TempFolder elsewhere;
  elsewhere.write("secret", "of the host");
  folder_.write("plain", "mine");
  fs::create_symlink(elsewhere.path() / "secret", at("file-link"));
  fs::create_symlink(elsewhere.path(), at("folder-link"));
  fs::create_symlink("plain", at("inner-link"));
  fs::create_symlink("nowhere", at("dangling"));
  EXPECT_EQ(walk().value(), kLeftOut);
  EXPECT_THAT(found_, UnorderedElementsAre(Pair("plain", "mine")));
}

TEST_F(ArtifactWalkTest, LeavesOutWhatIsNoRegularFileWithoutHanging) {
  folder_.write("plain", "mine");
  ASSERT_EQ(::mkfifo(at("fifo").c_str(), 0600), 0);
  EXPECT_EQ(walk().value(), kLeftOut);
  EXPECT_THAT(found_, UnorderedElementsAre(Pair("plain", "mine")));
}

TEST_F(ArtifactWalkTest, LeavesOutFilesWithASecondLink) {
  folder_.write("one", "x");
  folder_.write("plain", "mine");
  fs::create_hard_link(at("one"), at("two"));
  EXPECT_EQ(walk().value(), kLeftOut);
  EXPECT_THAT(found_, UnorderedElementsAre(Pair("plain", "mine")));
}

TEST_F(ArtifactWalkTest, PassesOverTheMarksOfDeletedFiles) {
  folder_.write("plain", "mine");
  if (::mknod(at("deleted").c_str(), S_IFCHR, makedev(0, 0)) != 0) {
    GTEST_SKIP() << "this kernel or user may not make a whiteout: " << std::strerror(errno);
  }
  EXPECT_EQ(walk().value(), kAll);
  EXPECT_THAT(found_, UnorderedElementsAre(Pair("plain", "mine")));
}

TEST_F(ArtifactWalkTest, LeavesOutOtherDevices) {
  if (::mknod(at("null").c_str(), S_IFCHR | 0666, makedev(1, 3)) != 0) {
    GTEST_SKIP() << "this user may not make a device: " << std::strerror(errno);
  }
  EXPECT_EQ(walk().value(), kLeftOut);
  EXPECT_THAT(found_, IsEmpty());
}

TEST_F(ArtifactWalkTest, LeavesOutWhatItCannotRead) {
  folder_.write("plain", "mine");
  folder_.write("closed/inner", "x");
  folder_.write("unreadable", "x");
  fs::permissions(folder_.path(), fs::perms(0755));
  fs::permissions(at("closed"), fs::perms::none);
  fs::permissions(at("unreadable"), fs::perms::none);
  constexpr uid_t kNobody = 65534;
  bool root = ::geteuid() == 0;
  ASSERT_EQ(root ? ::seteuid(kNobody) : 0, 0);
  Result<bool> left_out = walk();
  ASSERT_EQ(root ? ::seteuid(0) : 0, 0);
  fs::permissions(at("closed"), fs::perms(0700));  // so that it can be removed
  EXPECT_EQ(left_out.value(), kLeftOut);
  if (root) {
    EXPECT_THAT(found_, UnorderedElementsAre(Pair("plain", "mine")));
  } else {  // who owns a file reads it whatever its mode
    EXPECT_THAT(found_, UnorderedElementsAre(Pair("plain", "mine"), Pair("unreadable", "x")));
  }
}

TEST_F(ArtifactWalkTest, GoesAsDeepAsItsBoundAndNoDeeper) {
  std::string path;
  for (int depth = 1; depth < kMaxArtifactDepth; ++depth) path += "d/";
  folder_.write(path + "deepest", "x");
  EXPECT_EQ(walk().value(), kAll);
  EXPECT_THAT(found_, UnorderedElementsAre(Key(path + "deepest")));
  folder_.write(path + "d/too-deep", "x");
  EXPECT_EQ(walk().value(), kLeftOut);
  EXPECT_THAT(found_, UnorderedElementsAre(Key(path + "deepest")));
}

TEST_F(ArtifactWalkTest, HandsOutAsManyAsItsBoundAndNoMore) {
  for (std::size_t i = 0; i < kMaxArtifacts; ++i) folder_.write(std::to_string(i), "");
  EXPECT_EQ(walk().value(), kAll);
  EXPECT_EQ(found_.size(), kMaxArtifacts);
  folder_.write("one-more", "");
  EXPECT_EQ(walk().value(), kLeftOut);
  EXPECT_EQ(found_.size(), kMaxArtifacts);
}

// A folder of the host's memory where it has that: on a disk 100,000 folders take minutes.
std::unique_ptr<TempFolder> folder_in_memory() {
  const char* set = std::getenv("TMPDIR");
  std::string before = set != nullptr ? set : "";
  if (fs::is_directory("/dev/shm")) ::setenv("TMPDIR", "/dev/shm", 1);
  auto folder = std::make_unique<TempFolder>();
  before.empty() ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", before.c_str(), 1);
  return folder;
}

// Folders are no artifacts and are not left out, so that only the count of entries can flag them.
TEST(ArtifactWalkBoundTest, LooksAtAsManyEntriesAsItsBoundAndNoMore) {
  auto folder = folder_in_memory();
  UniqueFd upper = os::open(folder->path(), O_RDONLY | O_DIRECTORY).value();
  auto nothing_found = [](FoundArtifact) -> Result<void> { return internal_error("an artifact"); };
  // In a few folders, whose own entries count too: file systems bound the folders in a folder.
  constexpr int kFolders = 10;
  int made = 0;
  for (int f = 0; f < kFolders; ++f) {
    std::string parent = std::to_string(f);
    ASSERT_EQ(::mkdirat(upper.get(), parent.c_str(), 0700), 0);
    for (int i = 1; i < kMaxWalkedEntries / kFolders; ++i, ++made) {
      ASSERT_EQ(::mkdirat(upper.get(), (parent + "/" + std::to_string(i)).c_str(), 0700), 0);
    }
  }
  ASSERT_EQ(made + kFolders, kMaxWalkedEntries);
  EXPECT_EQ(walk_artifacts(upper, kPlenty, nothing_found).value(), kAll);
  fs::create_directory(folder->path() / "one-more");
  EXPECT_EQ(walk_artifacts(upper, kPlenty, nothing_found).value(), kLeftOut);
}

TEST_F(ArtifactWalkTest, EndsWithTheErrorOfWhoeverTakesThem) {
  for (const char* name : {"a", "b", "c"}) folder_.write(name, "");
  UniqueFd upper = os::open(folder_.path(), O_RDONLY | O_DIRECTORY).value();
  int calls = 0;
  Result<bool> result = walk_artifacts(upper, kPlenty, [&](FoundArtifact) -> Result<void> {
    ++calls;
    return Error::from_errno("sendmsg", "", EPIPE);
  });
  ASSERT_TRUE(result.has_error());
  EXPECT_EQ(result.error().errno_value(), EPIPE);
  EXPECT_EQ(calls, 1);
}

TEST_F(ArtifactWalkTest, CountsASparseFileInFullAgainstTheBound) {
  folder_.write("small", "12345");
  ASSERT_EQ(::truncate((folder_.path() / "small").c_str(), 1000), 0);
  UniqueFd upper = os::open(folder_.path(), O_RDONLY | O_DIRECTORY).value();
  auto nothing_found = [](FoundArtifact) { return ok(); };
  EXPECT_EQ(walk_artifacts(upper, ByteCount(1000), nothing_found).value(), kAll);
  EXPECT_EQ(walk_artifacts(upper, ByteCount(999), nothing_found).value(), kLeftOut);
}

}  // namespace
}  // namespace glovebox
