#include "base/tree_folder.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "base/os.h"
#include "temp_folder.h"

namespace glovebox {
namespace {

namespace fs = std::filesystem;

class TreeFolderTest : public testing::Test {
 protected:
  void SetUp() override {
    auto fd = os::open(folder_.path().string(), O_RDONLY | O_DIRECTORY);
    ASSERT_TRUE(fd);
    parent_ = std::move(fd).value();
  }
  // As root, everything is given to another user first, so that the child is only the owner.
  bool in_child_as_owner(const std::function<bool()>& work) {
    constexpr uid_t kNobody = 65534;
    bool root = ::geteuid() == 0;
    if (root) {
      for (const auto& entry : fs::recursive_directory_iterator(folder_.path())) {
        EXPECT_EQ(::chown(entry.path().c_str(), kNobody, kNobody), 0);
      }
      EXPECT_EQ(::chown(folder_.path().c_str(), kNobody, kNobody), 0);
    }
    pid_t child = ::fork();
    if (child == 0) ::_exit((!root || ::setuid(kNobody) == 0) && work() ? 0 : 1);
    int status = -1;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }

  TempFolder folder_;
  UniqueFd parent_;
};

TEST_F(TreeFolderTest, T14RemovesATenThousandDeepTree) {
  auto at = open_folder_below(parent_.get(), "");
  for (int i = 0; i < 10'000; ++i) {
    const char* name = i == 0 ? "top" : "d";
    ASSERT_EQ(::mkdirat(at.value().get(), name, 0755), 0);
    at = open_folder_below(at.value().get(), name);
    ASSERT_TRUE(at);
  }
  ASSERT_TRUE(os::openat(at.value().get(), "file", O_CREAT | O_WRONLY, 0644));
  at.value().reset();
  auto removed = remove_below(parent_.get(), "top");
  EXPECT_TRUE(removed) << removed.error().message();
  EXPECT_TRUE(fs::is_empty(folder_.path()));
}

TEST_F(TreeFolderTest, RemovesAWideTreeAndLocksAndLinks) {
  for (int i = 0; i < 50; ++i) {
    fs::path folder = folder_.path() / "top" / std::to_string(i) / "x";
    fs::create_directories(folder / "y");
    std::ofstream(folder / "file") << "x";
  }
  fs::create_directory(folder_.path() / "top" / ".removed-0");
  fs::create_directory(folder_.path() / "kept");
  fs::create_directory_symlink(folder_.path() / "kept", folder_.path() / "top" / "1" / "link");
  std::ofstream(folder_.path() / "kept" / "file") << "x";
  fs::permissions(folder_.path() / "top" / "2", fs::perms::none);
  EXPECT_TRUE(remove_below(parent_.get(), "top"));
  EXPECT_FALSE(fs::exists(folder_.path() / "top"));
  EXPECT_TRUE(fs::exists(folder_.path() / "kept" / "file"));
}

// As its owner, not as root, who has all permissions.
TEST_F(TreeFolderTest, T14RemovesFoldersThatTheirOwnerHasLocked) {
  fs::path top = folder_.path() / "top";
  fs::create_directories(top / "read-only" / "inner" / "more");
  fs::create_directories(top / "closed" / "inner");
  std::ofstream(top / "read-only" / "inner" / "file") << "x";
  std::ofstream(top / "closed" / "file") << "x";
  fs::permissions(top / "read-only" / "inner", fs::perms::owner_read | fs::perms::owner_exec);
  fs::permissions(top / "read-only", fs::perms::owner_read | fs::perms::owner_exec);
  fs::permissions(top / "closed", fs::perms::none);
  fs::permissions(top, fs::perms::none);
  EXPECT_TRUE(in_child_as_owner([&] { return remove_below(parent_.get(), "top").has_value(); }));
  EXPECT_FALSE(fs::exists(top));
}

TEST_F(TreeFolderTest, RemovesAFileAndALinkAndNothing) {
  std::ofstream(folder_.path() / "file") << "x";
  fs::create_symlink("file", folder_.path() / "link");
  EXPECT_TRUE(remove_below(parent_.get(), "link"));
  EXPECT_TRUE(fs::exists(folder_.path() / "file"));
  EXPECT_TRUE(remove_below(parent_.get(), "file"));
  EXPECT_TRUE(remove_below(parent_.get(), "absent"));
}

TEST_F(TreeFolderTest, OpensNoFolderThroughALink) {
  fs::create_directories(folder_.path() / "a" / "b");
  fs::create_directory_symlink("a", folder_.path() / "link");
  EXPECT_TRUE(open_folder_below(parent_.get(), "a/b"));
  EXPECT_FALSE(open_folder_below(parent_.get(), "link/b"));
  EXPECT_FALSE(open_folder_below(parent_.get(), "link"));
}

}  // namespace
}  // namespace glovebox
