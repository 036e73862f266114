#include "sandbox/slot/artifact_walk.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <vector>

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
  std::vector<std::string> order_;
  std::set<std::string> further_;  // names of the file before them

  fs::path at(const std::string& name) const { return folder_.path() / name; }

  Result<bool> walk() {
    found_.clear();
    order_.clear();
    further_.clear();
    UniqueFd upper = os::open(folder_.path(), O_RDONLY | O_DIRECTORY).value();
    return walk_artifacts(upper, kPlenty, [&](FoundArtifact artifact) -> Result<void> {
      order_.push_back(artifact.path);
      sizes_[artifact.path] = artifact.size_bytes;
      if (artifact.further_name) {
        EXPECT_FALSE(artifact.content.valid());
        further_.insert(artifact.path);
        found_[artifact.path];
        return ok();
      }
      char buffer[64];
      ssize_t n = ::read(artifact.content.get(), buffer, sizeof buffer);
      EXPECT_GE(n, 0) << artifact.path;
      found_[artifact.path] =
          std::string(buffer, static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
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

TEST_F(ArtifactWalkTest, LeavesOutIrregularFilesWithoutHanging) {
  folder_.write("plain", "mine");
  ASSERT_EQ(::mkfifo(at("fifo").c_str(), 0600), 0);
  EXPECT_EQ(walk().value(), kLeftOut);
  EXPECT_THAT(found_, UnorderedElementsAre(Pair("plain", "mine")));
}

TEST_F(ArtifactWalkTest, ReturnsEveryNameOfAHardLinkedFileAndItsContentOnce) {
  folder_.write("one", "x");
  folder_.write("plain", "mine");
  fs::create_directories(at("deep/folder"));
  fs::create_hard_link(at("one"), at("deep/folder/two"));
  fs::create_hard_link(at("one"), at("three"));
  folder_.write("a", "other");
  fs::create_hard_link(at("a"), at("b"));
  EXPECT_EQ(walk().value(), kAll);
  EXPECT_EQ(order_.size(), 6u);
  EXPECT_EQ(order_.front(), "plain") << "files with several names come last";
  std::string content;
  for (std::size_t i = 0; i < order_.size(); ++i) {
    if (!further_.contains(order_[i])) {
      content = found_[order_[i]];
      continue;
    }
    ASSERT_GT(i, 0u);
    // The same file as the previous one.
    struct stat before, now;
    ASSERT_EQ(::stat(at(order_[i - 1]).c_str(), &before), 0);
    ASSERT_EQ(::stat(at(order_[i]).c_str(), &now), 0);
    EXPECT_EQ(before.st_ino, now.st_ino) << order_[i];
    EXPECT_EQ(sizes_[order_[i]], static_cast<std::int64_t>(content.size()));
  }
  EXPECT_EQ(further_.size(), 3u);
  EXPECT_THAT(found_, UnorderedElementsAre(Key("plain"), Key("one"), Key("three"),
                                           Key("deep/folder/two"), Key("a"), Key("b")));
}

TEST_F(ArtifactWalkTest, LeavesOutFilesThatHaveANameElsewhere) {
  TempFolder elsewhere;
  folder_.write("one", "x");
  folder_.write("plain", "mine");
  fs::create_hard_link(at("one"), at("two"));
  fs::create_hard_link(at("one"), elsewhere.path() / "three");
  EXPECT_EQ(walk().value(), kLeftOut);
  EXPECT_THAT(found_, UnorderedElementsAre(Pair("plain", "mine")));
}

TEST_F(ArtifactWalkTest, LeavesOutFilesThatHaveANameBelowItsBound) {
  std::string path;
  for (int depth = 0; depth < kMaxArtifactDepth; ++depth) path += "d/";
  folder_.write("one", "x");
  fs::create_directories(at(path));
  fs::create_hard_link(at("one"), at(path + "two"));
  EXPECT_EQ(walk().value(), kLeftOut);
  EXPECT_THAT(found_, IsEmpty());
}

TEST_F(ArtifactWalkTest, ReturnsAsManyNamesAsItsBoundAndNoMore) {
  folder_.write("0", "x");
  for (std::size_t i = 1; i < kMaxArtifacts; ++i) {
    fs::create_hard_link(at("0"), at(std::to_string(i)));
  }
  EXPECT_EQ(walk().value(), kAll);
  EXPECT_EQ(found_.size(), kMaxArtifacts);
  fs::create_hard_link(at("0"), at("one-more"));
  EXPECT_EQ(walk().value(), kLeftOut);
  EXPECT_THAT(found_, IsEmpty()) << "none of a file whose names are not all known";
}

TEST_F(ArtifactWalkTest, CountsTheBytesOfAFileWithSeveralNamesOnce) {
  folder_.write("one", std::string(1000, 'x'));
  fs::create_hard_link(at("one"), at("two"));
  UniqueFd upper = os::open(folder_.path(), O_RDONLY | O_DIRECTORY).value();
  int names = 0;
  auto count = [&](FoundArtifact) { return ++names, ok(); };
  EXPECT_EQ(walk_artifacts(upper, ByteCount(1000), count).value(), kAll);
  EXPECT_EQ(names, 2);
}

TEST_F(ArtifactWalkTest, SkipsTheMarksOfDeletedFiles) {
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

TEST_F(ArtifactWalkTest, LeavesOutUnreadableFiles) {
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
  } else {  // the owner of a file reads it with any mode
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

TEST_F(ArtifactWalkTest, ReturnsAsManyFilesAsItsBoundAndNoMore) {
  for (std::size_t i = 0; i < kMaxArtifacts; ++i) folder_.write(std::to_string(i), "");
  EXPECT_EQ(walk().value(), kAll);
  EXPECT_EQ(found_.size(), kMaxArtifacts);
  folder_.write("one-more", "");
  EXPECT_EQ(walk().value(), kLeftOut);
  EXPECT_EQ(found_.size(), kMaxArtifacts);
}

// A folder in the host's memory if there is one: on a disk, 100,000 folders take minutes.
std::unique_ptr<TempFolder> folder_in_memory() {
  const char* set = std::getenv("TMPDIR");
  std::string before = set != nullptr ? set : "";
  if (fs::is_directory("/dev/shm")) ::setenv("TMPDIR", "/dev/shm", 1);
  auto folder = std::make_unique<TempFolder>();
  before.empty() ? ::unsetenv("TMPDIR") : ::setenv("TMPDIR", before.c_str(), 1);
  return folder;
}

// Folders are not artifacts and do not count as left out, so only the count of entries can flag
// them.
TEST(ArtifactWalkBoundTest, ReadsAsManyEntriesAsItsBoundAndNoMore) {
  auto folder = folder_in_memory();
  UniqueFd upper = os::open(folder->path(), O_RDONLY | O_DIRECTORY).value();
  auto nothing_found = [](FoundArtifact) -> Result<void> { return internal_error("an artifact"); };
  // In a few folders, whose own entries count too: file systems limit the number of folders in a
  // folder.
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

TEST_F(ArtifactWalkTest, EndsWithTheErrorOfItsCallback) {
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
